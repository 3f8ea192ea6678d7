"""The look of the unsubscribe page: one small style, for a phone first, in light and dark. No font, no picture, no script."""

from core.unsubscribe.chosen import Look
from core.unsubscribe.colours import contrast, ink

DARK = "#10151c"
_STYLE = """
:root{{color-scheme:light dark;--paper:{paper};--ink:{ink};--button:{button};--on:{on};--edge:{edge}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}
main{{max-width:30rem;margin:0 auto;padding:clamp(2rem,12vh,7rem) 1.25rem 3rem}}
h1{{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}}
p{{margin:0 0 1.25rem;overflow-wrap:anywhere}}
.who{{font-weight:650;margin-bottom:.5rem}}
fieldset{{border:0;margin:0 0 1.25rem;padding:0}}
legend{{padding:0;margin-bottom:.4rem}}
label{{display:flex;gap:.7rem;align-items:flex-start;padding:.6rem 0;overflow-wrap:anywhere}}
input[type=checkbox]{{width:1.25rem;height:1.25rem;margin:.15rem 0 0;flex:none;accent-color:var(--button)}}
button{{font:inherit;font-weight:650;min-height:3rem;padding:.6rem 1.6rem;border-radius:.5rem;cursor:pointer;background:var(--button);color:var(--on);border:2px solid var(--edge)}}
button.quiet{{background:transparent;color:inherit;border-color:currentColor}}
a{{color:inherit}}
a:focus-visible,button:focus-visible,input:focus-visible{{outline:3px solid var(--ink);outline-offset:3px}}
.more{{margin-top:2rem;font-size:.95rem}}
@media (max-width:30rem){{button{{width:100%}}}}
@media (prefers-color-scheme:dark){{:root{{--paper:{dark};--ink:#e8ecf1;--edge:{dark_edge}}}}}
"""


def style(look: Look) -> str:
    """The CSS in somebody's two colours. In the dark the paper is ours, and a dark button gets a light edge."""
    return _STYLE.format(
        paper=look.paper,
        ink=ink(look.paper),
        button=look.button,
        on=ink(look.button),
        edge=look.button,
        dark=DARK,
        dark_edge=look.button if contrast(look.button, DARK) >= 3 else "#e8ecf1",
    )
