"""Namespaces and terms of every vocabulary used: the one home of IRIs that are not a plan's own.

``tests/test_ontology.py`` compares the ``SG`` terms with ``ontology/stratgraph.ttl``, both ways.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE: Final = "https://w3id.org/stratgraph/"
ONTOLOGY: Final = f"{BASE}ontology"
IDENTIFIERS: Final = f"{BASE}id/"
SHAPES: Final = f"{BASE}shapes"
AUTHORS: Final = f"{BASE}authors"
QUERIES: Final = f"{BASE}query/"
CATALOGUE: Final = f"{BASE}catalogue"
VOID_DESCRIPTION: Final = f"{BASE}void"
SELF_DESCRIPTION: Final = f"{BASE}self-description"
"""The named graph in which a store says what can be asked of it, and how."""

CONTEXT: Final = f"{ONTOLOGY}/context.jsonld"
FUNCTIONS_NS: Final = f"{BASE}function/"
"""Functions that queries call once they are rewritten; nobody else is promised them."""

PUBLICATIONS: Final = f"{BASE}store"
"""On a remote server: the graph that says what is published there; its own graphs are below it."""

SG_NS: Final = f"{ONTOLOGY}#"
SHAPES_NS: Final = f"{SHAPES}#"
RDF_NS: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS_NS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL_NS: Final = "http://www.w3.org/2002/07/owl#"
XSD_NS: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS_NS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS_NS: Final = "http://purl.org/dc/terms/"
PROV_NS: Final = "http://www.w3.org/ns/prov#"
PROF_NS: Final = "http://www.w3.org/ns/dx/prof/"
ORG_NS: Final = "http://www.w3.org/ns/org#"
OA_NS: Final = "http://www.w3.org/ns/oa#"
SH_NS: Final = "http://www.w3.org/ns/shacl#"
SCHEMA_NS: Final = "https://schema.org/"
SD_NS: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS_NS: Final = "http://www.w3.org/ns/formats/"
VOID_NS: Final = "http://rdfs.org/ns/void#"
VOID_EXT_NS: Final = "http://ldf.fi/void-ext#"
PAV_NS: Final = "http://purl.org/pav/"
DCAT_NS: Final = "http://www.w3.org/ns/dcat#"
FOAF_NS: Final = "http://xmlns.com/foaf/0.1/"
ADMS_NS: Final = "http://www.w3.org/ns/adms#"
MEDIA_TYPES_NS: Final = "http://www.iana.org/assignments/media-types/"
EU_NS: Final = "http://publications.europa.eu/resource/authority/"
"""The authority tables of the EU, which DCAT-AP takes languages, themes and formats from."""
SSSOM_NS: Final = "https://w3id.org/sssom/"
SEMAPV_NS: Final = "https://w3id.org/semapv/vocab/"
UN_NS: Final = "http://metadata.un.org/"
"""The United Nations' own vocabularies: the Sustainable Development Goals, the UNBIS Thesaurus."""
UNBIS_CATEGORIES: Final = re.compile(rf"{re.escape(UN_NS)}thesaurus/\d{{1,6}}")
"""The subject categories of the UNBIS Thesaurus, below which its concepts stand: they have at most six digits."""
SDG_SERIES: Final = f"{UN_NS}sdg/ontology#Series"
"""The class of the series of figures below the indicators of the Sustainable Development Goals."""
STRATML_NAMESPACES: Final = (
    "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport",
    "urn:ISO:std:iso:17469:tech:xsd:stratml_core",
)
"""Of XML, not of RDF: StratML Part 2, performance plans and reports, and Part 1, strategic plans."""
SPARQL_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
"""The standard, as an IRI that a service says it conforms to."""
SITEMAP_NS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
"""Of XML: lists of pages for search engines."""
SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

PREFIXES: Final[dict[str, str]] = {
    "dcterms": DCTERMS_NS,
    "oa": OA_NS,
    "org": ORG_NS,
    "owl": OWL_NS,
    "prov": PROV_NS,
    "rdf": RDF_NS,
    "rdfs": RDFS_NS,
    "schema": SCHEMA_NS,
    "sg": SG_NS,
    "sgsh": SHAPES_NS,
    "sh": SH_NS,
    "skos": SKOS_NS,
    "xsd": XSD_NS,
}
"""Prefixes as the project writes them, in queries and in Turtle."""

COMMON_PREFIXES: Final[dict[str, str]] = PREFIXES | {
    "adms": ADMS_NS,
    "bibo": "http://purl.org/ontology/bibo/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": DCAT_NS,
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": FOAF_NS,
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "gn": "http://www.geonames.org/ontology#",
    "qb": "http://purl.org/linked-data/cube#",
    "pav": PAV_NS,
    "sd": SD_NS,
    "sdgo": f"{UN_NS}sdg/ontology#",
    "sdg": f"{UN_NS}sdg/",
    "semapv": SEMAPV_NS,
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sssom": SSSOM_NS,
    "time": "http://www.w3.org/2006/time#",
    "unbis": f"{UN_NS}thesaurus/",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": VOID_NS,
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}
"""What a prefix that a query does not declare usually stands for; ours, and those that are met most."""


def prefixed(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """An IRI with the first prefix that it begins with; empty where there is none."""
    known = ((name, namespace) for name, namespace in prefixes.items() if iri.startswith(namespace))
    return next((f"{name}:{iri.removeprefix(namespace)}" for name, namespace in known), "")


def shortened(text: str) -> str:
    """A text for people: its IRIs with a prefix where we have one, else without what all our identifiers begin with."""
    for prefix, namespace in PREFIXES.items():
        text = text.replace(namespace, f"{prefix}:")
    return text.replace(IDENTIFIERS, "")


class SG(StrEnum):
    """The terms of our own ontology."""

    # Classes
    STRATEGIC_PLAN = f"{SG_NS}StrategicPlan"
    PLAN_ELEMENT = f"{SG_NS}PlanElement"
    MISSION = f"{SG_NS}Mission"
    VISION = f"{SG_NS}Vision"
    GOAL = f"{SG_NS}Goal"
    GOAL_STATEMENT = f"{SG_NS}GoalStatement"
    OBJECTIVE = f"{SG_NS}Objective"
    OUTPUT = f"{SG_NS}Output"
    EXPECTED_RESULT = f"{SG_NS}ExpectedResult"
    KPI = f"{SG_NS}KPI"
    SITUATIONAL_FACTOR = f"{SG_NS}SituationalFactor"
    SECTOR = f"{SG_NS}Sector"
    VALUE = f"{SG_NS}Value"
    BASELINE = f"{SG_NS}Baseline"
    TARGET = f"{SG_NS}Target"
    ACTUAL_VALUE = f"{SG_NS}ActualValue"
    MENTION = f"{SG_NS}Mention"
    DOCUMENT_PART = f"{SG_NS}DocumentPart"
    SECTION = f"{SG_NS}Section"
    PARAGRAPH = f"{SG_NS}Paragraph"
    TABLE = f"{SG_NS}Table"
    FOOTNOTE = f"{SG_NS}Footnote"
    SOURCE_DOCUMENT = f"{SG_NS}SourceDocument"
    SPAN = f"{SG_NS}Span"
    SEGMENT = f"{SG_NS}Segment"
    EDITORIAL_DECISION = f"{SG_NS}EditorialDecision"
    DERIVATION = f"{SG_NS}Derivation"
    PUBLICATION = f"{SG_NS}Publication"
    ROLLBACK = f"{SG_NS}Rollback"
    REVIEW = f"{SG_NS}Review"
    CHANGE = f"{SG_NS}Change"
    ADDITION = f"{SG_NS}Addition"
    REMOVAL = f"{SG_NS}Removal"
    MOVE = f"{SG_NS}Move"
    REWORDING = f"{SG_NS}Rewording"
    TRANSLATION = f"{SG_NS}Translation"
    REVALUATION = f"{SG_NS}Revaluation"
    RELINKING = f"{SG_NS}Relinking"
    RENUMBERING = f"{SG_NS}Renumbering"
    AMENDMENT = f"{SG_NS}Amendment"
    # Object properties that a document states
    IN_PLAN = f"{SG_NS}inPlan"
    OF_UNIT = f"{SG_NS}ofUnit"
    SERVES_MISSION = f"{SG_NS}servesMission"
    HAS_STATEMENT = f"{SG_NS}hasStatement"
    CONTRIBUTES_TO = f"{SG_NS}contributesTo"
    SUPPORTS_OBJECTIVE = f"{SG_NS}supportsObjective"
    EXPECTED_FOR = f"{SG_NS}expectedFor"
    INDICATOR_OF = f"{SG_NS}indicatorOf"
    RESULT_OF = f"{SG_NS}resultOf"
    MEASURES = f"{SG_NS}measures"
    PART_OF = f"{SG_NS}partOf"
    HAS_MENTION = f"{SG_NS}hasMention"
    STATED_IN = f"{SG_NS}statedIn"
    HAS_FOOTNOTE = f"{SG_NS}hasFootnote"
    HAS_BASELINE = f"{SG_NS}hasBaseline"
    HAS_TARGET = f"{SG_NS}hasTarget"
    HAS_ACTUAL_VALUE = f"{SG_NS}hasActualValue"
    # Object properties of versions and their reviews
    HAS_VIEW = f"{SG_NS}hasView"
    HAS_REPORT = f"{SG_NS}hasReport"
    ALLOWED_RULE = f"{SG_NS}allowedRule"
    TAKES_BACK = f"{SG_NS}takesBack"
    REINSTATES = f"{SG_NS}reinstates"
    HAS_CHANGE = f"{SG_NS}hasChange"
    CHANGE_OF = f"{SG_NS}changeOf"
    CHANGED_PROPERTY = f"{SG_NS}changedProperty"
    # Links: what mappings say, of what is ours and what is others'
    LINKED_TO = f"{SG_NS}linkedTo"
    CONTRIBUTES_TO_TARGET = f"{SG_NS}contributesToTarget"
    COUNTED_BY = f"{SG_NS}countedBy"
    IS_ABOUT = f"{SG_NS}isAbout"
    # Inverses and chains: declared and entailed, never asserted
    HAS_ELEMENT = f"{SG_NS}hasElement"
    UNIT_OF = f"{SG_NS}unitOf"
    SERVED_BY_GOAL = f"{SG_NS}servedByGoal"
    STATEMENT_OF = f"{SG_NS}statementOf"
    HAS_CONTRIBUTION = f"{SG_NS}hasContribution"
    HAS_OUTPUT = f"{SG_NS}hasOutput"
    HAS_EXPECTED_RESULT = f"{SG_NS}hasExpectedResult"
    HAS_INDICATOR = f"{SG_NS}hasIndicator"
    HAS_RESULT = f"{SG_NS}hasResult"
    MEASURED_BY = f"{SG_NS}measuredBy"
    HAS_PART = f"{SG_NS}hasPart"
    MENTION_OF = f"{SG_NS}mentionOf"
    STATES = f"{SG_NS}states"
    FOOTNOTE_OF = f"{SG_NS}footnoteOf"
    ADVANCES_MISSION = f"{SG_NS}advancesMission"
    SUPPORTS_GOAL = f"{SG_NS}supportsGoal"
    EXPECTED_FOR_GOAL = f"{SG_NS}expectedForGoal"
    INDICATOR_OF_GOAL = f"{SG_NS}indicatorOfGoal"
    LEADS_UP_TO = f"{SG_NS}leadsUpTo"
    # Datatype properties
    TEXT = f"{SG_NS}text"
    NOTATION = f"{SG_NS}notation"
    POSITION = f"{SG_NS}position"
    ROW = f"{SG_NS}row"
    QUALIFIER = f"{SG_NS}qualifier"
    LEAD_IN = f"{SG_NS}leadIn"
    START_YEAR = f"{SG_NS}startYear"
    END_YEAR = f"{SG_NS}endYear"
    MAIN_LANGUAGE = f"{SG_NS}mainLanguage"
    NUMERIC_VALUE = f"{SG_NS}numericValue"
    UNIT_OF_MEASURE = f"{SG_NS}unitOfMeasure"
    BREAKDOWN = f"{SG_NS}breakdown"
    DATA_SOURCE = f"{SG_NS}dataSource"
    FREQUENCY = f"{SG_NS}frequency"
    MEASURE_KIND = f"{SG_NS}measureKind"
    LINE = f"{SG_NS}line"
    CELL = f"{SG_NS}cell"
    SHA256 = f"{SG_NS}sha256"
    VERSION_NUMBER = f"{SG_NS}versionNumber"
    BEFORE = f"{SG_NS}before"
    AFTER = f"{SG_NS}after"
    STANDING = f"{SG_NS}standing"
    # Days of values
    START_DATE = f"{SG_NS}startDate"
    END_DATE = f"{SG_NS}endDate"
    # Annotations on shapes
    MEND = f"{SG_NS}mend"
    STOOD_AT = f"{SG_NS}stoodAt"
    FIX = f"{SG_NS}fix"
    # Annotations on mappings to other vocabularies
    SUBJECT_SHA256 = f"{SG_NS}subjectSha256"
    # What the former version said: only in the graph that transition shapes look at, never published
    TYPE_BEFORE = f"{SG_NS}typeBefore"
    UNIT_BEFORE = f"{SG_NS}unitBefore"
    LABEL_BEFORE = f"{SG_NS}labelBefore"
    TEXT_BEFORE = f"{SG_NS}textBefore"
    TITLE_BEFORE = f"{SG_NS}titleBefore"
    WITHDRAWN_BEFORE = f"{SG_NS}withdrawnBefore"
    PUBLISHER_BEFORE = f"{SG_NS}publisherBefore"
    START_YEAR_BEFORE = f"{SG_NS}startYearBefore"
    END_YEAR_BEFORE = f"{SG_NS}endYearBefore"


class RDF(StrEnum):
    """RDF 1.1."""

    TYPE = f"{RDF_NS}type"
    STATEMENT = f"{RDF_NS}Statement"
    SUBJECT = f"{RDF_NS}subject"
    PREDICATE = f"{RDF_NS}predicate"
    OBJECT = f"{RDF_NS}object"
    VALUE = f"{RDF_NS}value"
    LANG_STRING = f"{RDF_NS}langString"
    FIRST = f"{RDF_NS}first"
    REST = f"{RDF_NS}rest"
    NIL = f"{RDF_NS}nil"


class RDFS(StrEnum):
    """RDF Schema."""

    LABEL = f"{RDFS_NS}label"
    COMMENT = f"{RDFS_NS}comment"
    SEE_ALSO = f"{RDFS_NS}seeAlso"
    SUB_CLASS_OF = f"{RDFS_NS}subClassOf"
    SUB_PROPERTY_OF = f"{RDFS_NS}subPropertyOf"
    DOMAIN = f"{RDFS_NS}domain"
    RANGE = f"{RDFS_NS}range"


class ADMS(StrEnum):
    """What others call a thing, each name a thing of its own with its scheme."""

    IDENTIFIER = f"{ADMS_NS}identifier"


class OWL(StrEnum):
    """What a version says of an element that it withdraws, and how the ontology is read."""

    DEPRECATED = f"{OWL_NS}deprecated"
    SAME_AS = f"{OWL_NS}sameAs"
    INVERSE_OF = f"{OWL_NS}inverseOf"
    UNION_OF = f"{OWL_NS}unionOf"
    PROPERTY_CHAIN_AXIOM = f"{OWL_NS}propertyChainAxiom"
    TRANSITIVE_PROPERTY = f"{OWL_NS}TransitiveProperty"
    VERSION_INFO = f"{OWL_NS}versionInfo"
    VERSION_IRI = f"{OWL_NS}versionIRI"
    CLASS = f"{OWL_NS}Class"
    OBJECT_PROPERTY = f"{OWL_NS}ObjectProperty"
    DATATYPE_PROPERTY = f"{OWL_NS}DatatypeProperty"
    ANNOTATION_PROPERTY = f"{OWL_NS}AnnotationProperty"
    AXIOM = f"{OWL_NS}Axiom"
    ANNOTATED_SOURCE = f"{OWL_NS}annotatedSource"
    ANNOTATED_PROPERTY = f"{OWL_NS}annotatedProperty"
    ANNOTATED_TARGET = f"{OWL_NS}annotatedTarget"
    DISJOINT_WITH = f"{OWL_NS}disjointWith"
    ALL_DISJOINT_CLASSES = f"{OWL_NS}AllDisjointClasses"
    MEMBERS = f"{OWL_NS}members"


class XSD(StrEnum):
    """XML Schema datatypes."""

    DATE = f"{XSD_NS}date"
    DATE_TIME = f"{XSD_NS}dateTime"
    INTEGER = f"{XSD_NS}integer"
    ANY_URI = f"{XSD_NS}anyURI"
    STRING = f"{XSD_NS}string"
    BOOLEAN = f"{XSD_NS}boolean"
    DECIMAL = f"{XSD_NS}decimal"
    DOUBLE = f"{XSD_NS}double"
    FLOAT = f"{XSD_NS}float"


INTEGERS: Final = frozenset(
    f"{XSD_NS}{name}"
    for name in (
        *("integer", "byte", "int", "long", "short", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
        *("negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger"),
    )
)
"""The datatypes of whole numbers."""

FLOATS: Final = frozenset((XSD.DOUBLE, XSD.FLOAT))
"""The datatypes of floating-point numbers."""

NUMERIC: Final = frozenset((*INTEGERS, *FLOATS, XSD.DECIMAL))
"""The datatypes of numbers (SPARQL 1.1 Query Language, section 17.1)."""


class SKOS(StrEnum):
    """Concepts and notes."""

    CONCEPT = f"{SKOS_NS}Concept"
    CONCEPT_SCHEME = f"{SKOS_NS}ConceptScheme"
    PREF_LABEL = f"{SKOS_NS}prefLabel"
    ALT_LABEL = f"{SKOS_NS}altLabel"
    HIDDEN_LABEL = f"{SKOS_NS}hiddenLabel"
    DEFINITION = f"{SKOS_NS}definition"
    EXAMPLE = f"{SKOS_NS}example"
    IN_SCHEME = f"{SKOS_NS}inScheme"
    HAS_TOP_CONCEPT = f"{SKOS_NS}hasTopConcept"
    NOTE = f"{SKOS_NS}note"
    EDITORIAL_NOTE = f"{SKOS_NS}editorialNote"
    BROADER = f"{SKOS_NS}broader"
    NARROWER = f"{SKOS_NS}narrower"
    CLOSE_MATCH = f"{SKOS_NS}closeMatch"
    EXACT_MATCH = f"{SKOS_NS}exactMatch"
    RELATED_MATCH = f"{SKOS_NS}relatedMatch"
    BROAD_MATCH = f"{SKOS_NS}broadMatch"
    NARROW_MATCH = f"{SKOS_NS}narrowMatch"
    NOTATION = f"{SKOS_NS}notation"


class DCTERMS(StrEnum):
    """Metadata."""

    TITLE = f"{DCTERMS_NS}title"
    DESCRIPTION = f"{DCTERMS_NS}description"
    SUBJECT = f"{DCTERMS_NS}subject"
    PUBLISHER = f"{DCTERMS_NS}publisher"
    IS_PART_OF = f"{DCTERMS_NS}isPartOf"
    IS_VERSION_OF = f"{DCTERMS_NS}isVersionOf"
    IS_REPLACED_BY = f"{DCTERMS_NS}isReplacedBy"
    REPLACES = f"{DCTERMS_NS}replaces"
    SOURCE = f"{DCTERMS_NS}source"
    RIGHTS = f"{DCTERMS_NS}rights"
    LICENSE = f"{DCTERMS_NS}license"
    FORMAT = f"{DCTERMS_NS}format"
    CREATED = f"{DCTERMS_NS}created"
    MODIFIED = f"{DCTERMS_NS}modified"
    LANGUAGE = f"{DCTERMS_NS}language"
    TEMPORAL = f"{DCTERMS_NS}temporal"
    CONFORMS_TO = f"{DCTERMS_NS}conformsTo"
    TYPE = f"{DCTERMS_NS}type"
    LICENSE_DOCUMENT = f"{DCTERMS_NS}LicenseDocument"
    LINGUISTIC_SYSTEM = f"{DCTERMS_NS}LinguisticSystem"
    MEDIA_TYPE = f"{DCTERMS_NS}MediaType"
    MEDIA_TYPE_OR_EXTENT = f"{DCTERMS_NS}MediaTypeOrExtent"
    PERIOD_OF_TIME = f"{DCTERMS_NS}PeriodOfTime"
    RIGHTS_STATEMENT = f"{DCTERMS_NS}RightsStatement"
    STANDARD = f"{DCTERMS_NS}Standard"
    ISSUED = f"{DCTERMS_NS}issued"
    CREATOR = f"{DCTERMS_NS}creator"
    BIBLIOGRAPHIC_CITATION = f"{DCTERMS_NS}bibliographicCitation"
    IDENTIFIER = f"{DCTERMS_NS}identifier"
    HAS_PART = f"{DCTERMS_NS}hasPart"


class PROV(StrEnum):
    """Provenance."""

    ENTITY = f"{PROV_NS}Entity"
    ACTIVITY = f"{PROV_NS}Activity"
    AGENT = f"{PROV_NS}Agent"
    SOFTWARE_AGENT = f"{PROV_NS}SoftwareAgent"
    WAS_DERIVED_FROM = f"{PROV_NS}wasDerivedFrom"
    WAS_GENERATED_BY = f"{PROV_NS}wasGeneratedBy"
    WAS_ASSOCIATED_WITH = f"{PROV_NS}wasAssociatedWith"
    WAS_REVISION_OF = f"{PROV_NS}wasRevisionOf"
    USED = f"{PROV_NS}used"
    ENDED_AT_TIME = f"{PROV_NS}endedAtTime"


class ORG(StrEnum):
    """Organisations."""

    FORMAL_ORGANIZATION = f"{ORG_NS}FormalOrganization"
    ORGANIZATIONAL_UNIT = f"{ORG_NS}OrganizationalUnit"
    ORGANIZATION = f"{ORG_NS}Organization"
    UNIT_OF = f"{ORG_NS}unitOf"


class OA(StrEnum):
    """Web Annotation: selectors of text."""

    SPECIFIC_RESOURCE = f"{OA_NS}SpecificResource"
    TEXT_POSITION_SELECTOR = f"{OA_NS}TextPositionSelector"
    HAS_SOURCE = f"{OA_NS}hasSource"
    HAS_SELECTOR = f"{OA_NS}hasSelector"
    START = f"{OA_NS}start"
    END = f"{OA_NS}end"


class SD(StrEnum):
    """SPARQL Service Description, 1.1 and the draft of 1.2."""

    SERVICE = f"{SD_NS}Service"
    ENDPOINT = f"{SD_NS}endpoint"
    SUPPORTED_LANGUAGE = f"{SD_NS}supportedLanguage"
    SPARQL_11_QUERY = f"{SD_NS}SPARQL11Query"
    SPARQL_12_QUERY = f"{SD_NS}SPARQL12Query"
    RESULT_FORMAT = f"{SD_NS}resultFormat"
    FEATURE = f"{SD_NS}feature"
    BASIC_FEDERATED_QUERY = f"{SD_NS}BasicFederatedQuery"
    DEFAULT_DATASET = f"{SD_NS}defaultDataset"
    DATASET = f"{SD_NS}Dataset"
    DEFAULT_GRAPH = f"{SD_NS}defaultGraph"
    GRAPH = f"{SD_NS}Graph"
    NAMED_GRAPH = f"{SD_NS}namedGraph"
    NAMED_GRAPH_CLASS = f"{SD_NS}NamedGraph"
    NAME = f"{SD_NS}name"


class SH(StrEnum):
    """SHACL: shapes and reports; the example queries use its vocabulary of executables and parameters."""

    SPARQL_EXECUTABLE = f"{SH_NS}SPARQLExecutable"
    SPARQL_SELECT_EXECUTABLE = f"{SH_NS}SPARQLSelectExecutable"
    SPARQL_CONSTRUCT_EXECUTABLE = f"{SH_NS}SPARQLConstructExecutable"
    SPARQL_ASK_EXECUTABLE = f"{SH_NS}SPARQLAskExecutable"
    SELECT = f"{SH_NS}select"
    CONSTRUCT = f"{SH_NS}construct"
    ASK = f"{SH_NS}ask"
    PREFIXES = f"{SH_NS}prefixes"
    DECLARE = f"{SH_NS}declare"
    PREFIX = f"{SH_NS}prefix"
    NAMESPACE = f"{SH_NS}namespace"
    PARAMETER = f"{SH_NS}parameter"
    PATH = f"{SH_NS}path"
    MIN_COUNT = f"{SH_NS}minCount"
    MAX_COUNT = f"{SH_NS}maxCount"
    NAME = f"{SH_NS}name"
    DESCRIPTION = f"{SH_NS}description"
    NODE_KIND = f"{SH_NS}nodeKind"
    CLASS = f"{SH_NS}class"
    IRI = f"{SH_NS}IRI"
    DATATYPE = f"{SH_NS}datatype"
    ORDER = f"{SH_NS}order"
    DEFAULT_VALUE = f"{SH_NS}defaultValue"
    NODE_SHAPE = f"{SH_NS}NodeShape"
    PROPERTY_SHAPE = f"{SH_NS}PropertyShape"
    SPARQL = f"{SH_NS}sparql"
    TARGET_CLASS = f"{SH_NS}targetClass"
    TARGET_NODE = f"{SH_NS}targetNode"
    TARGET_SUBJECTS_OF = f"{SH_NS}targetSubjectsOf"
    TARGET_OBJECTS_OF = f"{SH_NS}targetObjectsOf"
    PROPERTY = f"{SH_NS}property"
    GROUP = f"{SH_NS}group"
    DEACTIVATED = f"{SH_NS}deactivated"
    FLAGS = f"{SH_NS}flags"
    SEVERITY = f"{SH_NS}severity"
    MESSAGE = f"{SH_NS}message"
    INVERSE_PATH = f"{SH_NS}inversePath"
    ALTERNATIVE_PATH = f"{SH_NS}alternativePath"
    ZERO_OR_MORE_PATH = f"{SH_NS}zeroOrMorePath"
    ONE_OR_MORE_PATH = f"{SH_NS}oneOrMorePath"
    ZERO_OR_ONE_PATH = f"{SH_NS}zeroOrOnePath"
    VALIDATION_REPORT = f"{SH_NS}ValidationReport"
    VALIDATION_RESULT = f"{SH_NS}ValidationResult"
    CONFORMS = f"{SH_NS}conforms"
    RESULT = f"{SH_NS}result"
    FOCUS_NODE = f"{SH_NS}focusNode"
    RESULT_PATH = f"{SH_NS}resultPath"
    VALUE = f"{SH_NS}value"
    RESULT_SEVERITY = f"{SH_NS}resultSeverity"
    RESULT_MESSAGE = f"{SH_NS}resultMessage"
    SOURCE_CONSTRAINT_COMPONENT = f"{SH_NS}sourceConstraintComponent"
    SOURCE_SHAPE = f"{SH_NS}sourceShape"


class POWDER(StrEnum):
    """What describes a thing: POWDER's vocabulary, as the link relation ``describedby`` has it."""

    DESCRIBED_BY = "http://www.w3.org/2007/05/powder-s#describedby"


class PROF(StrEnum):
    """Profiles of specifications: W3C's Profiles Vocabulary."""

    PROFILE = f"{PROF_NS}Profile"
    IS_PROFILE_OF = f"{PROF_NS}isProfileOf"
    HAS_TOKEN = f"{PROF_NS}hasToken"
    HAS_RESOURCE = f"{PROF_NS}hasResource"
    HAS_ARTIFACT = f"{PROF_NS}hasArtifact"


class SCHEMA(StrEnum):
    """schema.org, as sparql-examples uses it."""

    KEYWORDS = f"{SCHEMA_NS}keywords"
    TARGET = f"{SCHEMA_NS}target"
    NAME = f"{SCHEMA_NS}name"
    DESCRIPTION = f"{SCHEMA_NS}description"


class VOID(StrEnum):
    """Descriptions of data sets."""

    DATASET = f"{VOID_NS}Dataset"
    TRIPLES = f"{VOID_NS}triples"
    CLASS_PARTITION = f"{VOID_NS}classPartition"
    CLASS = f"{VOID_NS}class"
    ENTITIES = f"{VOID_NS}entities"
    CLASSES = f"{VOID_NS}classes"
    PROPERTIES = f"{VOID_NS}properties"
    DISTINCT_SUBJECTS = f"{VOID_NS}distinctSubjects"
    PROPERTY_PARTITION = f"{VOID_NS}propertyPartition"
    PROPERTY = f"{VOID_NS}property"
    SUBSET = f"{VOID_NS}subset"
    IN_DATASET = f"{VOID_NS}inDataset"
    VOCABULARY = f"{VOID_NS}vocabulary"
    URI_SPACE = f"{VOID_NS}uriSpace"
    SPARQL_ENDPOINT = f"{VOID_NS}sparqlEndpoint"
    DATA_DUMP = f"{VOID_NS}dataDump"
    FEATURE = f"{VOID_NS}feature"
    EXAMPLE_RESOURCE = f"{VOID_NS}exampleResource"
    LINKSET = f"{VOID_NS}Linkset"
    LINK_PREDICATE = f"{VOID_NS}linkPredicate"
    SUBJECTS_TARGET = f"{VOID_NS}subjectsTarget"
    OBJECTS_TARGET = f"{VOID_NS}objectsTarget"
    DATASET_DESCRIPTION = f"{VOID_NS}DatasetDescription"


class VOID_EXT(StrEnum):  # noqa: N801 - as its prefix is written
    """What VoID lacks: parts of a data set by the datatypes of values."""

    DATATYPE_PARTITION = f"{VOID_EXT_NS}datatypePartition"
    DATATYPE = f"{VOID_EXT_NS}datatype"


class PAV(StrEnum):
    """Provenance, authoring and versioning: when something was fetched, who made it."""

    RETRIEVED_ON = f"{PAV_NS}retrievedOn"
    AUTHORED_BY = f"{PAV_NS}authoredBy"


class SSSOM(StrEnum):
    """Sets of mappings and the records of mappings; for the rest SSSOM uses OWL, DCTERMS, RDFS and PAV."""

    MAPPING_SET = f"{SSSOM_NS}MappingSet"
    MAPPINGS = f"{SSSOM_NS}mappings"
    SUBJECT_LABEL = f"{SSSOM_NS}subject_label"
    OBJECT_LABEL = f"{SSSOM_NS}object_label"
    MAPPING_JUSTIFICATION = f"{SSSOM_NS}mapping_justification"
    CONFIDENCE = f"{SSSOM_NS}confidence"
    AUTHOR_LABEL = f"{SSSOM_NS}author_label"
    SUBJECT_SOURCE = f"{SSSOM_NS}subject_source"
    SUBJECT_SOURCE_VERSION = f"{SSSOM_NS}subject_source_version"
    OBJECT_SOURCE = f"{SSSOM_NS}object_source"
    PREDICATE_MODIFIER = f"{SSSOM_NS}predicate_modifier"
    NEGATED_PREDICATE = f"{SSSOM_NS}NegatedPredicate"


class DCAT(StrEnum):
    """Catalogues of data, version 3."""

    CATALOG = f"{DCAT_NS}Catalog"
    DATASET_CLASS = f"{DCAT_NS}Dataset"
    DISTRIBUTION_CLASS = f"{DCAT_NS}Distribution"
    DATA_SERVICE = f"{DCAT_NS}DataService"
    DATASET = f"{DCAT_NS}dataset"
    SERVICE = f"{DCAT_NS}service"
    DISTRIBUTION = f"{DCAT_NS}distribution"
    ACCESS_URL = f"{DCAT_NS}accessURL"
    DOWNLOAD_URL = f"{DCAT_NS}downloadURL"
    MEDIA_TYPE = f"{DCAT_NS}mediaType"
    ENDPOINT_URL = f"{DCAT_NS}endpointURL"
    ENDPOINT_DESCRIPTION = f"{DCAT_NS}endpointDescription"
    SERVES_DATASET = f"{DCAT_NS}servesDataset"
    ACCESS_SERVICE = f"{DCAT_NS}accessService"
    LANDING_PAGE = f"{DCAT_NS}landingPage"
    KEYWORD = f"{DCAT_NS}keyword"
    THEME = f"{DCAT_NS}theme"
    THEME_TAXONOMY = f"{DCAT_NS}themeTaxonomy"
    VERSION = f"{DCAT_NS}version"
    HAS_VERSION = f"{DCAT_NS}hasVersion"
    IS_VERSION_OF = f"{DCAT_NS}isVersionOf"
    PREVIOUS_VERSION = f"{DCAT_NS}previousVersion"
    START_DATE = f"{DCAT_NS}startDate"
    END_DATE = f"{DCAT_NS}endDate"


class FOAF(StrEnum):
    """Agents and documents, as DCAT-AP wants them."""

    AGENT = f"{FOAF_NS}Agent"
    DOCUMENT = f"{FOAF_NS}Document"
    NAME = f"{FOAF_NS}name"
    HOMEPAGE = f"{FOAF_NS}homepage"
    PRIMARY_TOPIC = f"{FOAF_NS}primaryTopic"
