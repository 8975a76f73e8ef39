package dev.slipway.webhook.certificates;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A webhook configuration in the API server. Both kinds have the same shape where we look, so they are handled as trees
 * by the same code.
 */
final class WebhookConfiguration implements BundleStore {
    private static final String WEBHOOKS = "webhooks";
    private static final String CLIENT_CONFIG = "clientConfig";
    private static final String CA_BUNDLE = "caBundle";
    private static final String NAME = "name";

    private final Supplier<KubernetesClient> client;
    private final ResourceDefinitionContext context;
    private final String name;

    private WebhookConfiguration(Supplier<KubernetesClient> client, String kind, String plural, String name) {
        this.client = client;
        this.context = new ResourceDefinitionContext.Builder()
                .withGroup("admissionregistration.k8s.io")
                .withVersion("v1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(false)
                .build();
        this.name = name;
    }

    static WebhookConfiguration mutating(Supplier<KubernetesClient> client, String name) {
        return new WebhookConfiguration(client, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", name);
    }

    static WebhookConfiguration validating(Supplier<KubernetesClient> client, String name) {
        return new WebhookConfiguration(
                client, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", name);
    }

    @Override
    public String subject() {
        return context.getKind() + " " + name;
    }

    @Override
    public LiveConfiguration read() {
        @Nullable GenericKubernetesResource configuration = resource().get();
        return configuration == null ? new LiveConfiguration.Absent(subject()) : present(configuration);
    }

    /**
     * Makes us the owner of the {@code caBundle} of each webhook, no matter who owned it, and of nothing else. Entries
     * are found by the webhook's name, whatever their order.
     */
    @Override
    public boolean apply(BundleDecision.Apply decision) {
        try {
            client.get()
                    .genericKubernetesResources(context)
                    .resource(intent(decision))
                    .fieldManager(CertificateSettings.NAME)
                    .forceConflicts()
                    .serverSideApply();
            return true;
        } catch (KubernetesClientException failure) {
            if (failure.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw failure;
        }
    }

    private GenericKubernetesResource intent(BundleDecision.Apply decision) {
        List<Map<String, Object>> webhooks = decision.webhooks().stream()
                .<Map<String, Object>>map(
                        webhook -> Map.of(NAME, webhook, CLIENT_CONFIG, Map.of(CA_BUNDLE, decision.caBundle())))
                .toList();
        // With the version that was read, so that a configuration deleted in between is not created again without its
        // rules.
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(context.getGroup() + "/" + context.getVersion())
                .withKind(context.getKind())
                .withNewMetadata()
                .withName(name)
                .withResourceVersion(decision.resourceVersion())
                .endMetadata()
                .addToAdditionalProperties(WEBHOOKS, webhooks)
                .build();
    }

    /** For the watch. */
    Resource<GenericKubernetesResource> resource() {
        return client.get().genericKubernetesResources(context).withName(name);
    }

    private LiveConfiguration present(GenericKubernetesResource configuration) {
        var bundles = new TreeMap<String, String>();
        if (configuration.getAdditionalProperties().get(WEBHOOKS) instanceof List<?> webhooks) {
            webhooks.forEach(webhook ->
                    text(webhook, NAME).ifPresent(webhookName -> bundles.put(webhookName, caBundle(webhook))));
        }
        return LiveConfiguration.Present.of(
                subject(), configuration.getMetadata().getResourceVersion(), bundles);
    }

    private static String caBundle(Object webhook) {
        return child(webhook, CLIENT_CONFIG)
                .flatMap(clientConfig -> text(clientConfig, CA_BUNDLE))
                .orElse("");
    }

    private static Optional<String> text(@Nullable Object node, String field) {
        return child(node, field).filter(String.class::isInstance).map(String.class::cast);
    }

    private static Optional<Object> child(@Nullable Object node, String field) {
        return node instanceof Map<?, ?> map ? Optional.ofNullable(map.get(field)) : Optional.empty();
    }
}
