"""How much is free where the data will lie is told before the folder is made."""

from pathlib import Path

from core.store.space import free_at


def test_the_free_space_of_a_folder_not_made_yet_is_that_of_the_disk_it_will_lie_on(tmp_path: Path) -> None:
    there, later = free_at(tmp_path), free_at(tmp_path / "not" / "made yet")
    assert there is not None and later is not None
    assert abs(there - later) < there / 10
