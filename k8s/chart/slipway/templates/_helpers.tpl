{{- define "slipway.labels" -}}
app.kubernetes.io/name: slipway-webhook
app.kubernetes.io/part-of: slipway
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "slipway.selector" -}}
app.kubernetes.io/name: slipway-webhook
{{- end }}

{{- /* "true" if the webhook makes its own certificates, and so needs rights at the API server. */ -}}
{{- define "slipway.managed" -}}
{{- if eq .Values.certificates.mode "managed" }}true{{ end -}}
{{- end }}

{{- define "slipway.replicas" -}}
{{- .Values.replicas | default (ternary 3 2 .Values.highAvailability) -}}
{{- end }}

{{- define "slipway.image" -}}
{{- $image := .Values.image -}}
{{- printf "%s/slipway-webhook" .Values.registry -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end }}

{{- /* Empty if the webhook's own default is the right one. ${version} is the webhook's version. */ -}}
{{- define "slipway.migratorImage" -}}
{{- if .Values.migratorImage -}}
{{- .Values.migratorImage -}}
{{- else if ne .Values.registry "ghcr.io/slipway-dev" -}}
{{- .Values.registry }}/slipway-migrator:${version}
{{- end -}}
{{- end }}

{{- /* The last part of its path, which a mirror of the registry keeps: by which the gate recognises the migrator. */ -}}
{{- define "slipway.migratorImageName" -}}
{{- $last := .Values.migratorImage | default "slipway-migrator" | splitList "/" | last -}}
{{- $last | splitList "@" | first | splitList ":" | first -}}
{{- end }}

{{- define "slipway.tlsSecret" -}}
{{- .Values.certificates.existingSecret | default "slipway-webhook-tls" -}}
{{- end }}

{{- /* The namespaces whose pods never come to the webhook: so that the cluster can heal itself, and the webhook start. */ -}}
{{- define "slipway.namespaceSelector" -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: [kube-system, kube-node-lease, {{ .Release.Namespace }}]
{{- end }}

{{- define "slipway.configurationMetadata" -}}
name: slipway-webhook
labels:
  {{- include "slipway.labels" . | nindent 2 }}
{{- if eq .Values.certificates.mode "cert-manager" }}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/slipway-webhook
{{- end }}
{{- end }}

{{- /* clientConfig of a webhook; its argument is (list PATH ROOT). No caBundle key unless the values bring one: the webhook,
or cert-manager, owns that field. */ -}}
{{- define "slipway.clientConfig" -}}
{{- $root := index . 1 -}}
service:
  name: slipway-webhook
  namespace: {{ $root.Release.Namespace }}
  path: {{ index . 0 }}
  port: 443
{{- with $root.Values.certificates.caBundle }}
caBundle: {{ b64enc . }}
{{- end }}
{{- end }}

{{- /* What the schema cannot say: values that exclude or need each other. All at once. */ -}}
{{- define "slipway.check" -}}
{{- $problems := list -}}
{{- $certificates := .Values.certificates -}}
{{- $given := list $certificates.files.certificate $certificates.files.key $certificates.files.ca | compact | len -}}
{{- if eq $certificates.mode "files" -}}
  {{- if and $certificates.existingSecret $given -}}
    {{- $problems = append $problems "certificates.existingSecret and certificates.files are both set; expected one of them" -}}
  {{- else if and (not $certificates.existingSecret) (lt $given 3) -}}
    {{- $problems = append $problems "certificates.mode is files: expected certificates.existingSecret, or all of certificates.files.certificate, .key and .ca (--set-file)" -}}
  {{- end -}}
{{- else -}}
  {{- if or $certificates.existingSecret $given -}}
    {{- $problems = append $problems (printf "certificates.existingSecret and certificates.files are for certificates.mode files; found mode %s" $certificates.mode) -}}
  {{- end -}}
  {{- if $certificates.caBundle -}}
    {{- $problems = append $problems (printf "certificates.caBundle is for certificates.mode files; in mode %s another program writes that field" $certificates.mode) -}}
  {{- end -}}
{{- end -}}
{{- if and $certificates.issuerRef (ne $certificates.mode "cert-manager") -}}
  {{- $problems = append $problems (printf "certificates.issuerRef is for certificates.mode cert-manager; found mode %s" $certificates.mode) -}}
{{- end -}}
{{- if .Values.restrictedNetwork.enabled -}}
  {{- if not .Values.restrictedNetwork.apiServerSources -}}
    {{- $problems = append $problems "restrictedNetwork.enabled needs restrictedNetwork.apiServerSources: the ranges from which the API server connects, such as 10.0.0.0/28" -}}
  {{- end -}}
  {{- if not .Values.restrictedNetwork.apiServerAddresses -}}
    {{- $problems = append $problems "restrictedNetwork.enabled needs restrictedNetwork.apiServerAddresses: the ranges in which the API server listens, such as 10.0.0.0/28" -}}
  {{- end -}}
{{- end -}}
{{- if and (not .Values.oldClusters) (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) -}}
  {{- $problems = append $problems (printf "Kubernetes %s has no matchConditions and no ValidatingAdmissionPolicy by default; expected 1.30 or newer, or oldClusters: true" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if $problems -}}
  {{- fail (printf "\n\nslipway: wrong values\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end }}
