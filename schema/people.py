"""Which answers are about a person: they go with the notice on passing them on. Pure."""

from graphql import DocumentNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit

ABOUT_PEOPLE = frozenset(
    {
        "AssessmentSheet", "CaseFile", "CaseFollowUp", "CaseGoal", "CaseSheets", "CaseStep", "ClientStory", "Client",
        "ClientIdentity", "ClientImportRow", "ClientRecord", "ClientSketch", "ClosingSheet", "Consent", "Discharge",
        "DrawnRecord", "ErasureRequest", "IntakeSheet", "PlanSheet", "PrivateNote", "Referral",
        "ReferralEvent", "SafetyAlert", "ScaleResult", "ServiceContact", "SubjectCopy",
    }
)  # fmt: skip
"""Types of the schema whose objects say something about one person, be it under a code."""
BUNDLES = frozenset({"referralBundle"})
"""Fields that hold such an answer as text."""


class _Finder(Visitor):
    """Whether a document selects anything of a person."""

    found = False

    def __init__(self, known: TypeInfo) -> None:
        super().__init__()
        self._known = known

    def enter_field(self, node: object, *_: object) -> None:
        kind, field = self._known.get_type(), self._known.get_field_def()
        named = get_named_type(kind) if kind is not None else None
        is_bundle = field is not None and getattr(getattr(node, "name", None), "value", "") in BUNDLES
        self.found = self.found or is_bundle or (named is not None and named.name in ABOUT_PEOPLE)


def is_about_people(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether an answer to a valid document may hold something about a person, in whatever fragment it is asked for."""
    known = TypeInfo(schema)
    finder = _Finder(known)
    visit(document, TypeInfoVisitor(known, finder))
    return finder.found
