"""What an administrator types."""

from circles.people.views.administration.forms.departments import CraftForm, DepartmentForm, heads_form
from circles.people.views.administration.forms.lists import PasteForm, RoleForm, UploadForm, say
from circles.people.views.administration.forms.organisation import OrganisationForm, QuietForm

__all__ = [
    "CraftForm",
    "DepartmentForm",
    "OrganisationForm",
    "PasteForm",
    "QuietForm",
    "RoleForm",
    "UploadForm",
    "heads_form",
    "say",
]
