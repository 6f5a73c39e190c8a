"""Settings of the site, which ``python start.py docs`` builds into ``build/site`` (see `making`)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import sim  # noqa: E402

project, author, version = "armsrace", "armsrace contributors", sim.__version__
release, copyright, language = version, author, "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_design", "making"]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
default_role = "code"

myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline", "colon_fence"]
nb_execution_mode = "force"
nb_execution_excludepatterns = ["generated/lessons/*"]  # played by the tests
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_output_stderr = "remove"  # Mesa imports a bar of notebooks, which warns where ipywidgets are not

autodoc_typehints = "none"  # the docstrings say it in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"armsrace {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
(HERE / "generated" / "explorer").mkdir(parents=True, exist_ok=True)
html_extra_path = ["generated/explorer"]
html_show_sourcelink = html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
