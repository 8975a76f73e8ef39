{{- /* Of every object. */ -}}
{{- define "slipway.labels" -}}
{{- include "slipway.labelsWith" (list . dict) -}}
{{- end }}

{{- /* The same and more; its argument is (list ROOT MORE). */ -}}
{{- define "slipway.labelsWith" -}}
{{- $root := index . 0 -}}
{{- $own := dict "app.kubernetes.io/managed-by" $root.Release.Service "helm.sh/chart" (include "slipway.chart" $root) -}}
{{- toYaml (merge $own (fromYaml (include "slipway.podLabels" $root)) (index . 1) $root.Values.commonLabels) -}}
{{- end }}

{{- /* Of pods: nothing that changes while the pod could stay. */ -}}
{{- define "slipway.podLabels" -}}
{{ include "slipway.selector" . }}
app.kubernetes.io/part-of: slipway
app.kubernetes.io/component: webhook
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- /* Never more than this: a Deployment's selector cannot be changed, and the kustomize base has the same. */ -}}
{{- define "slipway.selector" -}}
app.kubernetes.io/name: slipway-webhook
{{- end }}

{{- define "slipway.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /* "true" if the webhook makes its own certificates, and so needs rights at the API server. */ -}}
{{- define "slipway.managed" -}}
{{- if eq .Values.certificates.mode "managed" }}true{{ end -}}
{{- end }}

{{- define "slipway.replicas" -}}
{{- .Values.replicas | default (ternary 3 2 .Values.highAvailability) -}}
{{- end }}

{{- /* With another host if the parent chart names one. */ -}}
{{- define "slipway.registry" -}}
{{- $path := splitList "/" .Values.registry -}}
{{- with (.Values.global).imageRegistry -}}
  {{- if regexMatch "[.:]|^localhost$" (first $path) }}{{ $path = rest $path }}{{ end -}}
  {{- join "/" (prepend $path .) -}}
{{- else -}}
  {{- .Values.registry -}}
{{- end -}}
{{- end }}

{{- define "slipway.image" -}}
{{- $image := .Values.image -}}
{{- printf "%s/slipway-webhook" (include "slipway.registry" .) -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end }}

{{- /* Empty if the webhook's own default is the right one. ${version} is the webhook's version. */ -}}
{{- define "slipway.migratorImage" -}}
{{- if .Values.migratorImage -}}
{{- .Values.migratorImage -}}
{{- else if ne (include "slipway.registry" .) "ghcr.io/slipway-dev" -}}
{{- include "slipway.registry" . }}/slipway-migrator:${version}
{{- end -}}
{{- end }}

{{- /* The last part of its path, which a mirror of the registry keeps: by which the gate recognises the migrator. */ -}}
{{- define "slipway.migratorImageName" -}}
{{- $last := .Values.migratorImage | default "slipway-migrator" | splitList "/" | last -}}
{{- $last | splitList "@" | first | splitList ":" | first -}}
{{- end }}

{{- define "slipway.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat .Values.imagePullSecrets ((.Values.global).imagePullSecrets | default list) -}}
  {{- $names = append $names (kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name")) -}}
{{- end -}}
{{- range uniq $names }}
- name: {{ . }}
{{- end -}}
{{- end }}

{{- /* Of the webhook's container. 10250 is what firewalls of control planes let through; on a node it is the kubelet's. */ -}}
{{- define "slipway.port" -}}
{{- .Values.port | default (ternary 10250 8443 .Values.restrictedNetwork.enabled) | int -}}
{{- end }}

{{- /* With restrictedNetwork: the API server, and nothing else. */ -}}
{{- define "slipway.egress" -}}
- to:
    {{- range .Values.restrictedNetwork.apiServerAddresses }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    - port: 443
      protocol: TCP
    - port: 6443
      protocol: TCP
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
{{- with .Values.namespaceSelector.matchExpressions }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- with .Values.namespaceSelector.matchLabels }}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{- end }}
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
{{- if .Values.hostNetwork -}}
  {{- if .Values.restrictedNetwork.enabled -}}
    {{- $problems = append $problems "hostNetwork and restrictedNetwork.enabled exclude each other: no NetworkPolicy reaches pods in the network of their node. Limit their ports by the nodes' firewall" -}}
  {{- end -}}
  {{- if eq (include "slipway.port" .) "10250" -}}
    {{- $problems = append $problems "hostNetwork with port 10250: there the kubelet listens on each node; expected another port, such as 8443" -}}
  {{- end -}}
{{- end -}}
{{- if eq (include "slipway.port" .) (int .Values.managementPort | toString) -}}
  {{- $problems = append $problems (printf "port and managementPort are both %d; expected two ports" (int .Values.managementPort)) -}}
{{- end -}}
{{- range .Values.extraEnv -}}
  {{- if hasPrefix "SLIPWAY_WEBHOOK_" .name -}}
    {{- $problems = append $problems (printf "extraEnv sets %s; expected settings.%s, or the value that is there for it" .name (trimPrefix "SLIPWAY_WEBHOOK_" .name)) -}}
  {{- end -}}
{{- end -}}
{{- range .Values.extraVolumes -}}
  {{- if has .name (list "tmp" "tls" "client-ca") -}}
    {{- $problems = append $problems (printf "extraVolumes has the name %s, which is the chart's own; expected another name" .name) -}}
  {{- end -}}
{{- end -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- $bounds := list $budget.minAvailable $budget.maxUnavailable | toJson -}}
{{- if not (contains "null" $bounds) -}}
  {{- $problems = append $problems "podDisruptionBudget.minAvailable and .maxUnavailable are both set; expected one of them" -}}
{{- else if and (not $budget.enabled) (ne $bounds "[null,null]") -}}
  {{- $problems = append $problems "podDisruptionBudget.minAvailable and .maxUnavailable are for podDisruptionBudget.enabled: true; found false" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
  {{- $problems = append $problems "serviceMonitor.enabled and podMonitor.enabled are both true, and each pod would be scraped twice; expected one of them" -}}
{{- end -}}
{{- $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels "serviceMonitor.labels" .Values.serviceMonitor.labels "podMonitor.labels" .Values.podMonitor.labels "prometheusRule.labels" .Values.prometheusRule.labels "dashboards.labels" .Values.dashboards.labels -}}
{{- $own := append (keys (fromYaml (include "slipway.podLabels" .))) "app.kubernetes.io/version" | concat (list "app.kubernetes.io/managed-by" "helm.sh/chart") -}}
{{- range $value := keys $labels | sortAlpha -}}
  {{- range $key := keys (get $labels $value) | sortAlpha -}}
    {{- if has $key $own -}}
      {{- $problems = append $problems (printf "%s sets %s, which the chart sets itself; leave it out" $value $key) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and (not .Values.oldClusters) (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) -}}
  {{- $problems = append $problems (printf "Kubernetes %s has no matchConditions and no ValidatingAdmissionPolicy by default; expected 1.30 or newer, or oldClusters: true" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if $problems -}}
  {{- fail (printf "\n\nslipway: wrong values\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end }}
