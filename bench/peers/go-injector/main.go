// A pod injector as most of them are built: controller-runtime's webhook server, the pod as a typed object, two init
// containers added to it, and the patch found by comparing the JSON before and after. It decides nothing else: no
// annotations are checked and no position is repaired, so it does less than Slipway's webhook.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	optIn    = "slipway.dev/migrate"
	injected = "slipway.dev/injected"
	secret   = "slipway.dev/database-secret"
)

type injector struct {
	decoder admission.Decoder
	logger  *slog.Logger
}

func (i *injector) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := i.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	outcome := "skipped"
	defer func() {
		i.logger.Info("admission decided", "operation", request.Operation, "kind", request.Kind.Kind,
			"namespace", request.Namespace, "name", pod.GenerateName, "uid", request.UID, "outcome", outcome)
	}()
	if pod.Annotations[optIn] != "true" || pod.Annotations[injected] != "" {
		return admission.Allowed("")
	}
	inject(pod)
	after, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	outcome = "injected"
	return admission.PatchResponseFromRaw(request.Object.Raw, after)
}

func inject(pod *corev1.Pod) {
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels[injected] = "true"
	pod.Annotations[injected] = "go"
	size := resource.MustParse("16Mi")
	mode := int32(0o444)
	pod.Spec.Volumes = append(pod.Spec.Volumes,
		corev1.Volume{Name: "slipway-tmp", VolumeSource: corev1.VolumeSource{
			EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: &size}}},
		corev1.Volume{Name: "slipway-database", VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: pod.Annotations[secret], DefaultMode: &mode}}})
	index := 0
	for at, container := range pod.Spec.InitContainers {
		if container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			index = at + 1
		}
	}
	pod.Spec.InitContainers = slices.Insert(pod.Spec.InitContainers, index,
		migrator("slipway-preflight", "preflight", pod), migrator("slipway-migrate", "migrate", pod))
}

func migrator(name, command string, pod *corev1.Pod) corev1.Container {
	yes, no := true, false
	env := []corev1.EnvVar{}
	if wait := pod.Annotations["slipway.dev/wait-timeout"]; wait != "" {
		env = append(env, corev1.EnvVar{Name: "SLIPWAY_WAIT_TIMEOUT", Value: wait})
	}
	env = append(env, fromPod("SLIPWAY_POD_NAMESPACE", "metadata.namespace"), fromPod("SLIPWAY_POD_NAME", "metadata.name"))
	return corev1.Container{
		Name:            name,
		Image:           "ghcr.io/slipway-dev/slipway-migrator:0.1.0",
		ImagePullPolicy: corev1.PullIfNotPresent,
		Args:            []string{command},
		Env:             env,
		VolumeMounts: []corev1.VolumeMount{
			{Name: "slipway-tmp", MountPath: "/tmp"},
			{Name: "slipway-database", MountPath: "/var/run/slipway/database", ReadOnly: true}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{
				corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("192Mi")},
			Limits: corev1.ResourceList{
				corev1.ResourceCPU: resource.MustParse("1"), corev1.ResourceMemory: resource.MustParse("384Mi")}},
		SecurityContext: &corev1.SecurityContext{
			RunAsNonRoot: &yes, ReadOnlyRootFilesystem: &yes, AllowPrivilegeEscalation: &no,
			Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
	}
}

func fromPod(name, path string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}}
}

func main() {
	port := flag.Int("port", 8443, "where to listen, on 127.0.0.1")
	certificates := flag.String("cert-dir", ".", "the folder with tls.crt and tls.key")
	flag.Parse()

	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	log.SetLogger(logr.FromSlogHandler(logger.Handler()))
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fail(logger, err)
	}
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certificates})
	server.Register("/mutate", &webhook.Admission{Handler: &injector{admission.NewDecoder(scheme), logger}})
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := server.Start(ctx); err != nil {
		fail(logger, err)
	}
}

func fail(logger *slog.Logger, err error) {
	logger.Error("the injector cannot go on", "problem", err.Error())
	os.Exit(1)
}
