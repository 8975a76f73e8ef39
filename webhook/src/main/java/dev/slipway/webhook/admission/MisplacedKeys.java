package dev.slipway.webhook.admission;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.webhook.injection.OptIn;
import dev.slipway.webhook.injection.WorkloadKeys;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Keys of ours on a workload itself, if they say what its template does not.
 *
 * @param introduced by this request, which is therefore refused
 * @param present before it: refusing would block updates that have nothing to do with them, so they earn a warning
 */
record MisplacedKeys(List<Problem> introduced, List<Problem> present) {
    private static final MisplacedKeys NOTHING = new MisplacedKeys(List.of(), List.of());
    private static final List<String> PLACES = List.of("/metadata", "/spec/jobTemplate/metadata");

    /** @param before what the object was; missing if it is new */
    static MisplacedKeys of(JsonNode object, JsonNode before, WorkloadTemplate template) {
        // A ReplicaSet gets the annotations of its Deployment, a Job those of its CronJob: they were checked there, and
        // a refusal would stop the controller.
        if (template.path().isEmpty() || isControlled(object)) {
            return NOTHING;
        }
        var introduced = new Problems();
        var present = new Problems();
        for (String place : PLACES) {
            for (String map : List.of("annotations", "labels")) {
                JsonNode old = before.at(place).path(map);
                JsonNode found = object.at(place).path(map);
                for (String key :
                        WorkloadKeys.withoutEffect(found, template.template().path("metadata"))) {
                    Problems problems = found.path(key).equals(old.path(key)) ? present : introduced;
                    String where = (place + "/" + map).substring(1).replace('/', '.');
                    problems.add(where, WorkloadKeys.problem(key, template.path()));
                }
            }
        }
        return new MisplacedKeys(introduced.list(), present.list());
    }

    /** For an update that leaves the template alone, mistakes in it included. */
    List<String> warnings(WorkloadTemplate template) {
        var warnings = new ArrayList<>(present.stream().map(Problem::toString).toList());
        if (OptIn.of(template.template().path("metadata")) instanceof OptIn.Mistaken mistaken) {
            mistaken.problems().forEach(problem -> warnings.add(template.path() + ": " + problem));
        }
        return warnings;
    }

    private static boolean isControlled(JsonNode object) {
        return object.path("metadata")
                .path("ownerReferences")
                .valueStream()
                .anyMatch(owner -> owner.path("controller").asBoolean(false));
    }
}
