package dev.slipway.webhook.admission;

import dev.slipway.contract.Utf8;
import dev.slipway.webhook.injection.InjectionDecision;
import dev.slipway.webhook.injection.InjectionPlanner;
import dev.slipway.webhook.injection.SkipReason;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.MissingNode;

/** Turns a review into its answer. Never throws; thread-safe; does no I/O. */
public final class AdmissionHandler {
    private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");

    /** For callers that have no figure for the memory. */
    private static final long SOME_MEMORY = 128L << 20;

    private final Decider decider;
    private final ReviewLimits limits;
    private final ObjectReader small;
    private final ObjectReader large;

    /** Decides about a template; see {@link InjectionPlanner#decide(JsonNode, Set)}. */
    @FunctionalInterface
    interface Decider {
        InjectionDecision decide(JsonNode template, Set<String> otherVolumes);
    }

    public AdmissionHandler(InjectionPlanner planner) {
        this(planner, ReviewLimits.within(SOME_MEMORY));
    }

    public AdmissionHandler(InjectionPlanner planner, ReviewLimits limits) {
        this(planner::decide, limits);
    }

    AdmissionHandler(Decider decider) {
        this(decider, ReviewLimits.within(SOME_MEMORY));
    }

    private AdmissionHandler(Decider decider, ReviewLimits limits) {
        this.decider = decider;
        this.limits = limits;
        this.small = limits.reader(false);
        this.large = limits.reader(true);
    }

    /** What one review may cost here. */
    public ReviewLimits limits() {
        return limits;
    }

    /** @param body the request body as it came in */
    public AdmissionAnswer answer(Endpoint endpoint, byte[] body) {
        // The parser looks names up by their bytes before it decodes them, and takes one with a stray 0xFF in it for
        // one that it has met before.
        if (Utf8.firstBadByte(body).isPresent()) {
            return new AdmissionAnswer.Unreadable("the body is not JSON in UTF-8");
        }
        JsonNode review;
        try {
            review = (body.length < ReviewLimits.LARGE ? small : large).readTree(body);
        } catch (StreamConstraintsException tooMuch) {
            return new AdmissionAnswer.TooLarge(limits.sentence());
        } catch (JacksonException malformed) {
            return new AdmissionAnswer.Unreadable("the body is not JSON" + location(malformed));
        }
        Optional<AdmissionRequest> request = AdmissionRequest.read(review);
        if (request.isEmpty()) {
            return new AdmissionAnswer.Unreadable(
                    "the body is no AdmissionReview; expected apiVersion and request.uid");
        }
        AdmissionVerdict verdict = verdict(endpoint, request.get());
        return new AdmissionAnswer.Reviewed(
                AdmissionResponse.write(request.get(), verdict), record(endpoint, request.get(), verdict));
    }

    /** The text of the exception quotes the body, which may hold secrets; its position does not. */
    private static String location(JacksonException malformed) {
        return malformed.getLocation() == null
                ? ""
                : " (line " + malformed.getLocation().getLineNr() + ", column "
                        + malformed.getLocation().getColumnNr() + ")";
    }

    @SuppressWarnings(
            "CatchingUnchecked") // the gate stays shut, and the API server gets an answer, whatever fails here
    private AdmissionVerdict verdict(Endpoint endpoint, AdmissionRequest request) {
        try {
            return endpoint == Endpoint.MUTATE ? mutate(request) : validate(request);
        } catch (RuntimeException | StackOverflowError failure) {
            return AdmissionVerdict.failed(failure);
        }
    }

    private AdmissionVerdict mutate(AdmissionRequest request) {
        JsonNode pod = request.object();
        if (!request.isPod() || !request.isCreate() || !request.subResource().isEmpty() || !pod.isObject()) {
            return AdmissionVerdict.skipped(SkipReason.NOT_FOR_US, List.of());
        }
        InjectionDecision decision = decider.decide(pod, Set.of());
        if (decision instanceof InjectionDecision.Inject inject) {
            return AdmissionVerdict.patched(
                    AdmissionOutcome.INJECTED,
                    "opted-in",
                    PodPatch.of(pod, inject.plan()),
                    inject.plan().warnings());
        }
        if (decision instanceof InjectionDecision.Repair repair) {
            return AdmissionVerdict.patched(
                    AdmissionOutcome.REPAIRED, "changed-by-others", PodPatch.of(pod, repair.plan()), List.of());
        }
        return withoutPatch(decision);
    }

    private AdmissionVerdict validate(AdmissionRequest request) {
        JsonNode object = request.object();
        Optional<SkipReason> skip = reasonNotToValidate(request);
        if (skip.isPresent()) {
            return AdmissionVerdict.skipped(skip.get(), List.of());
        }
        WorkloadTemplate template = WorkloadTemplate.of(object, request.kind());
        if (!template.exists()) {
            return AdmissionVerdict.skipped(SkipReason.NOT_FOR_US, List.of());
        }
        JsonNode before = request.isUpdate() ? request.oldObject() : MissingNode.getInstance();
        MisplacedKeys misplaced = MisplacedKeys.of(object, before, template);
        JsonNode templateBefore = WorkloadTemplate.of(before, request.kind()).template();
        AdmissionVerdict verdict = templateBefore.equals(template.template())
                ? unchanged(misplaced, template)
                : changed(request, template, misplaced);
        return misplaced.introduced().isEmpty() ? verdict : verdict.refusedAlsoFor(misplaced.introduced());
    }

    /** Objects that run already must stay changeable. */
    private static AdmissionVerdict unchanged(MisplacedKeys misplaced, WorkloadTemplate template) {
        List<String> warnings = misplaced.warnings(template);
        return AdmissionVerdict.skipped(
                warnings.isEmpty() ? SkipReason.TEMPLATE_UNCHANGED : SkipReason.OPT_IN_MISTAKE, warnings);
    }

    private AdmissionVerdict changed(AdmissionRequest request, WorkloadTemplate template, MisplacedKeys misplaced) {
        List<String> stale = misplaced.present().stream().map(Object::toString).toList();
        InjectionDecision decision = decider.decide(template.template(), template.claimedVolumes());
        AdmissionVerdict verdict = decision instanceof InjectionDecision.Inject inject
                ? AdmissionVerdict.valid(WorkloadWarnings.injected(request.object(), request.kind(), inject.plan()))
                : withoutPatch(decision);
        return verdict.warningAlsoOf(stale);
    }

    private static AdmissionVerdict withoutPatch(InjectionDecision decision) {
        if (decision instanceof InjectionDecision.Reject reject) {
            return AdmissionVerdict.denied(reject.reason(), reject.problems());
        }
        return decision instanceof InjectionDecision.Skip skip
                ? AdmissionVerdict.skipped(skip.reason(), skip.warnings())
                : AdmissionVerdict.skipped(SkipReason.ALREADY_INJECTED, List.of());
    }

    private static Optional<SkipReason> reasonNotToValidate(AdmissionRequest request) {
        boolean written = request.isCreate() || request.isUpdate();
        if (!written || !request.subResource().isEmpty() || !request.object().isObject()) {
            return Optional.of(SkipReason.NOT_FOR_US);
        }
        return request.object().path("metadata").hasNonNull("deletionTimestamp")
                ? Optional.of(SkipReason.BEING_DELETED)
                : Optional.empty();
    }

    private static AdmissionRecord record(Endpoint endpoint, AdmissionRequest request, AdmissionVerdict verdict) {
        return new AdmissionRecord(
                endpoint,
                OPERATIONS.contains(request.operation()) ? request.operation() : "other",
                BoundedText.name(request.kind()),
                BoundedText.name(request.namespace()),
                BoundedText.name(request.name()),
                BoundedText.name(request.owner()),
                BoundedText.name(request.uid()),
                request.dryRun(),
                verdict.outcome(),
                verdict.reason(),
                BoundedText.sentences(verdict.problems()),
                verdict.failure());
    }
}
