"""How the page looks: ink on paper, one accent, the system's own typefaces."""

from gradio.themes import Base, Color, Size

SERIF = ("Georgia", "Times New Roman", "serif")
SANS = ("system-ui", "sans-serif")
MONO = ("ui-monospace", "monospace")

PAPER, INK = "#fbfaf7", "#1c1b19"
NIGHT, CHALK = "#14171a", "#e8e6e1"
TEAL, TEAL_DARK = "#0b5d66", "#7fc4c9"

_TEAL = Color(
    "#eef6f6", "#d8eaeb", "#b3d6d8", "#7fc4c9", "#4a9ca3", "#1f7a83",
    TEAL, "#094d55", "#083f45", "#06343a", "#042327",
    name="teal",
)  # fmt: skip
_GREY = Color(
    PAPER, "#f3f1ec", "#e5e2da", "#cfcbc1", "#9c978c", "#6b675e",
    "#545149", "#3c3a35", "#23272b", "#1a1e22", NIGHT,
    name="paper",
)  # fmt: skip
_SQUARE = Size("0px", "1px", "2px", "2px", "3px", "3px", "4px", name="square")


def theme() -> Base:
    """Return the theme; nothing in it is fetched."""
    made = Base(
        primary_hue=_TEAL,
        secondary_hue=_TEAL,
        neutral_hue=_GREY,
        radius_size=_SQUARE,
        font=SANS,
        font_mono=MONO,
    )
    return made.set(
        **_pairs() | {"color_accent": "*border_color_accent", "input_border_width": "1px"}
    )


def _pairs() -> dict[str, str]:
    """Return the colours that differ between day and night, under both of their names."""
    colours = {
        "body_background_fill": (PAPER, NIGHT),
        "body_text_color": (INK, CHALK),
        "body_text_color_subdued": ("#5b574f", "#a9a69f"),
        "background_fill_primary": (PAPER, NIGHT),
        "background_fill_secondary": ("#f3f1ec", "#1a1e22"),
        "block_background_fill": (PAPER, NIGHT),
        "block_border_color": ("#d9d5cb", "#343a40"),
        "block_label_text_color": ("#5b574f", "#a9a69f"),
        "block_info_text_color": ("#5b574f", "#a9a69f"),
        "block_title_text_color": ("#3c3a35", "#cfcbc1"),
        "border_color_primary": ("#d9d5cb", "#343a40"),
        "border_color_accent": (TEAL, TEAL_DARK),
        "color_accent_soft": ("#e4efef", "#1f2c30"),
        "input_background_fill": ("#ffffff", "#1a1e22"),
        "input_border_color": ("#8f8a7e", "#6d737a"),
        "input_border_color_focus": (TEAL, TEAL_DARK),
        "input_placeholder_color": ("#6b675e", "#9a978f"),
        "link_text_color": (TEAL, TEAL_DARK),
        "link_text_color_hover": (TEAL, TEAL_DARK),
        "link_text_color_visited": (TEAL, TEAL_DARK),
        "link_text_color_active": (TEAL, TEAL_DARK),
        "button_primary_background_fill": (TEAL, TEAL_DARK),
        "button_primary_background_fill_hover": ("#094d55", "#9bd3d7"),
        "button_primary_text_color": ("#ffffff", NIGHT),
        "button_secondary_background_fill": ("#f3f1ec", "#23272b"),
        "button_secondary_background_fill_hover": ("#e5e2da", "#2d3338"),
        "button_secondary_text_color": (INK, CHALK),
        "checkbox_background_color_selected": (TEAL, TEAL_DARK),
        "checkbox_label_background_fill_selected": ("#e4efef", "#1f2c30"),
        "checkbox_label_text_color_selected": (INK, CHALK),
        "panel_background_fill": (PAPER, NIGHT),
        "table_even_background_fill": (PAPER, NIGHT),
        "table_odd_background_fill": ("#f3f1ec", "#1a1e22"),
        "table_text_color": (INK, CHALK),
    }
    day = {name: value for name, (value, _) in colours.items()}
    night = {f"{name}_dark": value for name, (_, value) in colours.items()}
    return day | night
