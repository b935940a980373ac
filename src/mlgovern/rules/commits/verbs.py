"""The words that the form rule of the imperative mood knows; alphabetical, read on first use."""

from functools import lru_cache

from mlgovern.record import NamedTuple

_VERBS = """
abort abstract accelerate accept access accommodate achieve acquire activate adapt add address adjust adopt advance
advertise aggregate alert alias align allocate allow alphabetise alphabetize alter amend analyse analyze anchor
animate annotate announce anonymise anonymize appease append apply approve archive arrange assemble assert assign
associate assume attach attempt attribute audit augment authenticate authorise authorize automate avoid await back
backport balance ban batch beautify beef benchmark bind block boost bootstrap bound branch break brighten broaden
buffer build bump bundle cache calculate calibrate call cancel cap capitalise capitalize capture cast catch categorise
categorize centralise centralize chain change check checkpoint choose clamp clarify classify clean clear click clip
clone close cluster coalesce coerce collapse collate collect combine comment commit compact compare compile complete
compose compress compute concatenate condense configure confirm connect consider consolidate constrain construct
consume contain continue control convert coordinate copy correct count cover crash crawl create crop cut deactivate
debug declare decline decode decompose decorate decouple decrease dedent dedup dedupe deduplicate default defer define
delay delegate delete deliver denote deny depend deploy deprecate derive describe deserialise deserialize destroy
detach detect determine develop diagnose differentiate disable disallow discard disconnect discover discuss dismiss
dispatch display dispose distil distill distinguish distribute divide document dot double downgrade download
downsample drain draw drop dump duplicate echo edit elaborate eliminate embed emit employ emulate enable encapsulate
encode encourage encrypt end enforce enhance enlarge enqueue enrich ensemble ensure enter enumerate erase escape
establish estimate evaluate evict examine exclude execute exempt exercise exit expand expect explain explicate explore
export expose express extend extract factor fail fetch fill filter finalise finalize find finetune finish fit fix flag
flatten flip float flush fold follow force fork formalise formalize format forward freeze fulfil fulfill fuse gate
gather generalise generalize generate get give go grant group guarantee guard guess guide halt handle hardcode harden
harmonise harmonize hash help hide highlight hoist hold honor honour hook host identify ignore illustrate implement
import improve impute include incorporate increase increment indent index indicate infer inherit inhibit init
initialise initialize initiate inject inline insert inspect install instantiate instrument integrate intercept
interlink interpolate intersect introduce invalidate invert investigate invoke isolate issue iterate join jump justify
keep kill label land launch layer lead learn leave leverage license lift limit link lint list load localise localize
locate lock log loop loosen lower lowercase maintain make manage mandate manipulate map mark mask match materialise
materialize maximise maximize measure memoise memoize mend mention merge migrate mimic minify minimise minimize mirror
mock modernise modernize modify modularise modularize monitor move multiply mutate name narrow navigate negate nest
normalise normalize note notify number obfuscate obtain offer offload omit onboard open operate optimise optimize
order organise organize orient output overhaul overload override overwrite own pack package pad paginate parallelise
parallelize parameterise parameterize parametrise parametrize parse partition pass paste patch pause perform permit
persist pick pin ping pipe place plan plot plug point polish poll populate port position post postpone prefer prefetch
prefix prepare prepend present preserve prettify prevent print prioritise prioritize process produce profile prohibit
promote prompt propagate propose protect prototype prove provide provision proxy prune publish pull purge push put
qualify quantise quantize query queue quote raise randomise randomize rank reach react read realign realise realize
rebase receive recognise recognize recommend reconcile record recover redact redirect reduce reference refine reflect
refresh refuse register reject relate relax release relocate rely remedy remember remind remove rename render repair
repeat rephrase replace replicate reply report reposition represent reproduce request require reroute research reserve
reset reshape resize resolve respect respond restore restrict resume retain rethrow retire retrieve retry return reuse
reveal reverse revert review revise revisit revoke reword rework roll rotate round route run sanitise sanitize satisfy
save scaffold scale scan schedule scope score scrape scroll search secure select send separate sequence serialise
serialize serve set settle shard share sharpen shift ship shorten show shrink shuffle shut sign signal silence
simplify simulate skip slice slow smooth snapshot solve sort specify speed spin split squash stabilise stabilize stack
stage standardise standardize start state stop store stream streamline strengthen stress strip structure stub style
subclass submit subscribe substitute subtract suffix suggest summarise summarize supersede supply support suppress
surface suspend swallow swap switch symlink sync synch synchronise synchronize tag take target teach tell terminate
test throttle throw tidy tie tighten time toggle tokenise tokenize touch trace track trade train transcode transfer
transform transition translate transpile transpose trap traverse treat trigger trim truncate try tune tweak type
uncomment understand unify update upgrade upload uppercase use utilise utilize validate vary vectorise vectorize
vendor verify version view visit visualise visualize wait walk warm warn watch weaken weigh widen wire work wrap write
yield zip
"""

_LOOKALIKES = """
access across actress address alias always analysis anything as asbestos assess axis backing banking basis bed bias
bless bonus boss bring bus business bypass campus canvas caucus census chaos chess class cling compress consensus
corpus cross css ctas debris details digress discuss distress dns docstring dress during embed evening everything
exceed excess express feed focus gas glass gloss grass guess harness has https hundred ibis index jenkins keras
kubernetes lens less loss mass mess miss morning naked need news nexus nothing nucleus pandas pass plus possess
postgres press previews previous proceed process progress pros red redis regress religious repossess requests ring
sacred seed series shed sibling sling something species speed spread spring status sting stress string succeed
suppress surplus swing thing toss trellis unless various versus virus weed windows wing wireless wordpress
"""

_ADJECTIVES = """
accelerated accepted accompanied accumulated adapted advanced affected aforementioned aggregated aliased aligned
allowed altered annotated anticipated applied approximated archived armed asserted assigned assisted associated
attached attributed authenticated auto-generated autogenerated automated balanced based batched biased blessed blocked
bounded broken bundled cached calculated calibrated canceled cancelled capitalised capitalized captured centralised
centralized certified chained clipped closed co-authored colored coloured combined committed compiled completed
complicated compressed computed concatenated concerned conditioned configured connected constrained contained
continued controlled coordinated corrupted coupled crashed cropped curated customised customized decoupled dedicated
deferred defined degraded delayed delegated deleted denied deployed deprecated derived described deserialised desired
detached detailed detected determined disabled disallowed discarded distributed doubled downloaded duplicated embedded
emitted enabled encoded encrypted enhanced entangled established estimated evaluated excluded executed exempted
expanded expected expired exploded exported exposed extended failed featured filtered finalised finalized fine-tuned
finetuned fixed-point fixed-size fixed-width flattened forced formatted frozen gated generated given grouped
guaranteed guided handwritten hard-coded hardcoded hashed hidden highlighted hooked hosted ignored illustrated implied
imported included incomplete increased indented indexed inferred inherited injected inlined installed integrated
intended interested interleaved interrupted invalidated inverted involved isolated joined known labeled labelled
launched layered left left-aligned licensed limited linked listed loaded localised localized located locked long-lived
lost managed mangled masked matched merged mirrored misnamed mixed mocked modified monkeypatched multi-threaded
multithreaded muted named needed nested non-quoted normalised normalized numbered obsoleted old-fashioned omitted
ordered orphaned outdated overloaded owned packaged packed padded paginated paired parallelised parallelized
parameterised parameterized parametrised parametrized parsed patched pinned planned pooled pre-built pre-computed
pre-trained precompiled precomputed predefined predicted preferred prefixed preinstalled preloaded prepared
preprocessed prerendered preserved pretrained promised proposed protected provided published purported quantised
quantized queued quoted randomised randomized ranked received recommended referenced registered related relaxed
released rendered repeated replicated reported requested required reserved resolved restricted returned reused
reversed rounded sampled scaled scheduled scoped seeded selected self-hosted separated serialised serialized shared
shortened signed simulated skipped so-called sorted specialised specialized specified staged stored stringified
stripped structured subclassed suggested supervised supplied supported surrounded suspected synthesized tagged
targeted templated tested threaded time-based timed tokenised tokenized tracked trained translated triggered truncated
trusted typed unified unneeded unpinned untyped unused validated vectorised vectorized vendored verified versioned
weighted wired
"""

_NOUNS_ING = """
accounting alerting aliasing auditing batching benchmarking billing binding bookkeeping boosting bootstrapping
branching breaking broadcasting browsing bucketing buffering building bundling caching casing chaining charging
checking checkpointing chunking clipping cloning clustering coding coloring colouring compiling computing conditioning
continuing coupling crashing cropping dangling debugging decoding decoupling deduping defaulting deserializing
developing disappearing dithering downsampling drawing embedding encoding engineering ensembling escaping evolving
existing failing filtering fine-tuning finetuning flashing following forecasting formatting forwarding freezing gating
globbing going grouping handling handshaking hardening hashing heading highlighting hosting housekeeping incoming
indenting indexing inlining interesting interleaving issuing iterating labeling labelling launching layering leaking
learning licensing linking linting listing loading locking logging long-running looping mapping marketing masking
matching meaning merging messaging minifying missing mocking modeling modelling monitoring naming nesting networking
onboarding ongoing opening ordering outgoing outstanding overlapping packaging packing padding paging parsing
partitioning pending pickling pinning pipelining piping planning plotting pooling positioning preprocessing pricing
printing processing profiling prompting pruning publishing quantising quantizing queueing queuing quoting ranking
reading recording remaining rendering reporting resampling retrying rounding routing running sampling sandboxing
scaffolding scaling scheduling scoping scoring scraping scripting scrolling sending serialising serializing serving
setting sharding sharing shuffling signing sizing slicing sorting spacing spelling staging standing starting stemming
streaming styling subclassing supporting surrounding templating testing theming threading throttling timing tokenising
tokenizing tooling tracing tracking trailing training transcoding triaging tuning typing underlying upcoming
validating vendoring versioning warning whitespacing wiring wording working wrapping writing
"""

_PLURALS = """
accesses additions aliases anchors answers archives arguments assets attempts attributes audits backports backups
badges batches benchmarks bindings blocks bounds branches breaks buffers builds bumps bundles caches calls captures
casts catches chains changes checkpoints checks classes cleanups clones clusters commands comments commits configs
controls copies counts crashes credits cuts defaults delays deletes dependencies deploys designs details diagnostics
docs documents downloads drops dumps duplicates edits embeddings ends errors escapes estimates examples exits exports
extensions extracts factors failures features fetches fields figures files fills filters fits flags folds forces forks
formats forms fragments frames functions gates groups guards guides handles hashes headers helps hints holds hooks
hosts icons imports increments indents indexes inputs inserts installs instances instruments interfaces issues items
joins jumps keys labels launches layers leads leaks learns lengths levels licenses lifts limits lines links lints
lists loads locks logs loops maps marks masks matches measures mentions merges metrics migrations mirrors mocks models
modules monitors moves names nests nodes notes notices numbers objects offers options orders outputs overloads
overrides packages packs pads pages parameters partitions patches patterns permissions permits pins pipelines pipes
places plans plots plugins points policies ports positions posts prefixes presents previews prints processes profiles
prompts properties proposals proxies pulls queries queues quotes ranks reads records redirects references refreshes
regards registers releases renders repairs repeats replies reports requests researches resources responses results
retries returns reverts reviews rolls rotates rounds routes rules runs samples saves scales scans schedules schemas
scopes scores scripts searches sections selects sequences sets settings shards shares shifts ships signals signs sizes
skips slices slots snapshots sorts sources specs spins splits stacks stages stamps standards stars starts states
statics steps stops stores streams strings strips structures stubs styles submits suffixes summaries supplies surfaces
swaps switches symlinks tables tags takes targets templates terms tests themes threads timeouts times tokens tools
traces tracks trades trains transforms transitions translations traps trees triggers trims tunes tweaks types typos
understands units uploads utilities utils validations values variables vendors versions views visits volumes waits
walks warnings watches weights widgets wires wishes workflows works wraps writes yields zips
"""

_PAST = """
began:begin bound:bind broke:break brought:bring built:build caught:catch chose:choose did:do dealt:deal drew:draw
forgot:remember froze:freeze gave:give got:get held:hold hid:hide kept:keep made:make ran:run rebuilt:rebuild
redid:redo reran:rerun rethought:rethink rewrote:rewrite said:say saw:see sent:send shrank:shrink taught:teach
thought:think threw:throw told:tell took:take tried:try undid:undo went:go wrote:write
"""
_ACTS = """
adapted:adapt added:add adjusted:adjust bumped:bump corrected:correct created:create deduplicated:deduplicate
deleted:delete documented:document extracted:extract fixed:fix implemented:implement improved:improve
introduced:introduce moved:move optimised:optimise optimized:optimize polished:polish refactored:refactor
reformatted:reformat removed:remove renamed:rename reorganised:reorganise reorganized:reorganize replaced:replace
resolved:resolve restored:restore restructured:restructure reverted:revert reworked:rework rewritten:rewrite
simplified:simplify updated:update upgraded:upgrade
"""
_THIRD = "does:do goes:go has:have redoes:redo undoes:undo"

_AUXILIARIES = "also are been got had has have is now was were"
# A participle behind one of these belongs to a clause, or says what is not so.
_CLAUSES = """
-> => after although as be because before being but by don't get gets how if never no not once since that though unless
until what when where whether which while why without →
"""
_DETERMINERS = """
a additional all an another any both each every extra her his invalid it its me missing more my new obsolete old our
redundant some support that the their them these this those unnecessary unused us your
"""
_PREPOSITIONS = """
about above across after against along among and are around as at be because before behind below between but by can
could during following for from has have if in inside into is like may must near of off on onto or out over per should
since so than that through to toward towards under until upon via was were when where while will with within without
would
"""


class Lexicon(NamedTuple):
    """The lists, ready to be asked."""

    verbs: frozenset[str]
    lookalikes: frozenset[str]
    adjectives: frozenset[str]
    nouns_ing: frozenset[str]
    plurals: frozenset[str]
    past: dict[str, str]
    acts: dict[str, str]  # participles of what is done to code; at the end of a subject they stand for its verb
    third: dict[str, str]
    auxiliaries: frozenset[str]
    clauses: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Build the lists once."""
    return Lexicon(
        verbs=_words(_VERBS),
        lookalikes=_words(_LOOKALIKES),
        adjectives=_words(_ADJECTIVES),
        nouns_ing=_words(_NOUNS_ING),
        plurals=_words(_PLURALS),
        past=_pairs(_PAST),
        acts=_pairs(_ACTS),
        third=_pairs(_THIRD),
        auxiliaries=_words(_AUXILIARIES),
        clauses=_words(_CLAUSES),
        determiners=_words(_DETERMINERS),
        prepositions=_words(_PREPOSITIONS),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    return {word: base for word, _, base in (pair.partition(":") for pair in text.split())}
