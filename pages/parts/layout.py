"""How a screen begins: its question as the heading, one sentence; and how an empty one does: the next step."""

import streamlit as st


def heading(title: str, sentence: str = "") -> None:
    """The one heading of a screen and the sentence under it. Plain words of ours only, never foreign text."""
    st.title(title, anchor=False)
    if sentence:
        st.caption(sentence)


def empty(sentence: str, label: str = "", page: str = "", icon: str = ":material/arrow_forward:") -> None:
    """Empty is a start: says so in a sentence and leads to the page where the next step is."""
    with st.container(border=True, key=f"empty-{title_key(sentence)}"):
        st.markdown(sentence)
        if page:
            st.page_link(page, label=label, icon=icon)


def title_key(sentence: str) -> str:
    """A stable key out of a sentence."""
    return "".join(c if c.isalnum() else "-" for c in sentence.lower())[:40]
