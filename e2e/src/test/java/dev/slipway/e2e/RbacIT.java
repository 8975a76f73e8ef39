package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the webhook's service account may do, asked of the API server's own authoriser. */
@KubernetesTest
class RbacIT {
    private static final String USER = "system:serviceaccount:slipway-system:slipway-webhook";
    private static final List<String> VERBS =
            List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");

    /** As "verb group/resource namespace/name"; "*" stands for any name. */
    private static final Set<String> NEEDED = Set.of(
            "create /secrets slipway-system/*",
            "get /secrets slipway-system/slipway-webhook-ca",
            "watch /secrets slipway-system/slipway-webhook-ca",
            "update /secrets slipway-system/slipway-webhook-ca",
            "get admissionregistration.k8s.io/mutatingwebhookconfigurations /slipway-webhook",
            "watch admissionregistration.k8s.io/mutatingwebhookconfigurations /slipway-webhook",
            "patch admissionregistration.k8s.io/mutatingwebhookconfigurations /slipway-webhook",
            "get admissionregistration.k8s.io/validatingwebhookconfigurations /slipway-webhook",
            "watch admissionregistration.k8s.io/validatingwebhookconfigurations /slipway-webhook",
            "patch admissionregistration.k8s.io/validatingwebhookconfigurations /slipway-webhook",
            "create coordination.k8s.io/leases slipway-system/*",
            "get coordination.k8s.io/leases slipway-system/slipway-webhook-watch",
            "patch coordination.k8s.io/leases slipway-system/slipway-webhook-watch");

    /** What it needs to watch, in every namespace. */
    private static final List<String> EVERYWHERE = List.of(
            "list /pods", "watch /pods", "get apps/replicasets", "get batch/jobs", "create /events", "patch /events");

    private static final List<String> NAMESPACES = List.of("slipway-system", "kube-system", "shop");

    private static Kubectl kubectl;
    private static KubernetesClient client;

    /** @param name "*" asks for all objects of the kind */
    private record Access(String verb, String group, String resource, String namespace, String name) {
        @Override
        public String toString() {
            return verb + " " + group + "/" + resource + " " + namespace + "/" + name;
        }

        /** A right to create any object of a kind includes the one of that name: nothing more is granted by it. */
        boolean isCreateOfANamedObject() {
            return verb.equals("create") && !name.equals("*");
        }
    }

    @BeforeAll
    static void install(KubernetesCluster cluster) {
        kubectl = cluster.kubectl();
        client = Installation.clientOf(cluster);
        kubectl.run("apply", "-k", Manifests.ROOT.toString());
    }

    @AfterAll
    static void uninstall() {
        client.close();
        kubectl.run("delete", "-k", Manifests.ROOT.toString());
    }

    @Test
    void theWebhookMayDoWhatItNeedsAndNothingElse() {
        Set<String> allowed = new TreeSet<>();
        for (Access access : table()) {
            if (isAllowed(access) && !access.isCreateOfANamedObject()) {
                allowed.add(access.toString());
            }
        }

        var needed = new TreeSet<>(NEEDED);
        EVERYWHERE.forEach(right -> NAMESPACES.forEach(namespace -> needed.add(right + " " + namespace + "/*")));
        assertThat(allowed).containsExactlyElementsOf(needed);
    }

    /**
     * Whatever kinds this version of Kubernetes has, in our namespace and in all: nothing beyond what every account may
     * do.
     */
    @Test
    void noOtherKindIsWithinReach() {
        Set<String> beyond = new TreeSet<>();
        for (Access access : everyKind()) {
            if (isAllowed(access) && !isAllowed(access, "system:serviceaccount:shop:default")) {
                beyond.add(access.toString());
            }
        }

        var needed = new TreeSet<>(
                Set.of("create /secrets slipway-system/*", "create coordination.k8s.io/leases slipway-system/*"));
        EVERYWHERE.forEach(right -> needed.add(right + " slipway-system/*"));
        assertThat(beyond).containsExactlyElementsOf(needed);
    }

    @Test
    void theRightsOfEveryAuthenticatedUserAreAllThatIsLeft() {
        String listed = kubectl.run("auth", "can-i", "--list", "--as=" + USER, "--namespace=shop");

        assertThat(listed.lines().skip(1).filter(line -> !line.contains("[/") && !line.contains("selfsubject")))
                .as("namespaced rights outside slipway-system, without those to ask about oneself")
                .allMatch(line -> line.contains("slipway-webhook")
                        || line.matches("(pods|events|replicasets\\.apps|jobs\\.batch) .*"));
    }

    /** Every verb on everything that matters, in our namespace and another one, for our objects and all others. */
    private static List<Access> table() {
        var table = new ArrayList<Access>();
        for (String verb : VERBS) {
            for (String namespace : NAMESPACES) {
                for (String name : List.of("*", "slipway-webhook-ca", "shop-database")) {
                    table.add(new Access(verb, "", "secrets", namespace, name));
                }
                for (String resource : List.of("pods", "configmaps", "serviceaccounts", "events", "services")) {
                    table.add(new Access(verb, "", resource, namespace, "*"));
                }
                table.add(new Access(verb, "", "serviceaccounts/token", namespace, "slipway-webhook"));
                table.add(new Access(verb, "apps", "deployments", namespace, "*"));
                table.add(new Access(verb, "apps", "replicasets", namespace, "*"));
                table.add(new Access(verb, "batch", "jobs", namespace, "*"));
                for (String name : List.of("*", "slipway-webhook-watch", "other")) {
                    table.add(new Access(verb, "coordination.k8s.io", "leases", namespace, name));
                }
                table.add(new Access(verb, "rbac.authorization.k8s.io", "roles", namespace, "*"));
            }
            for (String kind : List.of(
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings")) {
                for (String name : List.of("*", "slipway-webhook", "slipway-gate", "other")) {
                    table.add(new Access(verb, "admissionregistration.k8s.io", kind, "", name));
                }
            }
            table.add(new Access(verb, "", "namespaces", "", "*"));
            table.add(new Access(verb, "", "nodes", "", "*"));
            table.add(new Access(verb, "rbac.authorization.k8s.io", "clusterroles", "", "*"));
            table.add(new Access(verb, "*", "*", "", "*"));
        }
        return table;
    }

    private static List<Access> everyKind() {
        var accesses = new ArrayList<Access>();
        kubectl.run("api-resources", "-o", "name").lines().forEach(kind -> {
            int dot = kind.indexOf('.');
            String resource = dot < 0 ? kind : kind.substring(0, dot);
            String group = dot < 0 ? "" : kind.substring(dot + 1);
            for (String verb : VERBS) {
                accesses.add(new Access(verb, group, resource, "slipway-system", "*"));
            }
        });
        for (String subresource : List.of("pods/exec", "pods/log", "pods/ephemeralcontainers", "nodes/proxy")) {
            accesses.add(new Access("create", "", subresource, "slipway-system", "*"));
        }
        for (String verb : List.of("bind", "escalate")) {
            accesses.add(new Access(verb, "rbac.authorization.k8s.io", "clusterroles", "", "*"));
        }
        accesses.add(new Access("impersonate", "", "users", "", "*"));
        return accesses;
    }

    private static boolean isAllowed(Access access) {
        return isAllowed(access, USER);
    }

    private static boolean isAllowed(Access access, String user) {
        int slash = access.resource().indexOf('/');
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withGroups(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + user.split(":", -1)[2],
                        "system:authenticated")
                .withNewResourceAttributes()
                .withVerb(access.verb())
                .withGroup(access.group())
                .withResource(slash < 0 ? access.resource() : access.resource().substring(0, slash))
                .withSubresource(slash < 0 ? "" : access.resource().substring(slash + 1))
                .withNamespace(access.namespace())
                .withName(access.name().equals("*") ? "" : access.name())
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
