package decode

// GitlabFeatures says what this GitLab can do.
type GitlabFeatures struct {
	TraceSections     bool     `json:"trace_sections,omitempty"`                   // understands section marks in the trace
	TokenMaskPrefixes []string `json:"token_mask_prefixes,omitempty" since:"15.5"` // prefixes of tokens to hide in the trace. Since 15.5
	FailureReasons    []string `json:"failure_reasons,omitempty" since:"14.0"`     // reasons it understands; the runner maps others to unknown_failure. Since 14.0
	Tracing           *Tracing `json:"tracing,omitempty" since:"19.0"`             // where to send spans; nil for nowhere. Since 19.0
}

// Tracing says where the runner sends OpenTelemetry spans. Since 19.0.
type Tracing struct {
	TraceID       string         `json:"trace_id,omitempty" since:"19.0"`       // of the pipeline. Since 19.0
	SpanParentID  string         `json:"span_parent_id,omitempty" since:"19.0"` // span the job's hang under. Since 19.0
	OTELEndpoints []OTELEndpoint `json:"otel_endpoints,omitempty" since:"19.0"` // collectors. Since 19.0
}

// OTELEndpoint is one collector of spans.
type OTELEndpoint struct {
	URL  string    `json:"url,omitempty" since:"19.0"`  // where it listens. Since 19.0
	Auth *OTELAuth `json:"auth,omitempty" since:"19.0"` // how to log in; nil for not at all. Since 19.0
}

// OTELAuth is how the runner logs in to a collector.
type OTELAuth struct {
	Type              string             `json:"type,omitempty" since:"19.0"`                 // which of the fields below. Since 19.0
	HTTPBearerGCPOIDC *BearerGCPOIDCAuth `json:"http_bearer_gcp_oidc,omitempty" since:"19.0"` // an id token of Google's metadata server. Since 19.0
}

// BearerGCPOIDCAuth asks Google's metadata server for an id token.
type BearerGCPOIDCAuth struct {
	Audience string `json:"audience,omitempty" since:"19.0"` // whom the token is for. Since 19.0
}

// PolicyOptions say which security policy made the job. Since 18.1.
type PolicyOptions struct {
	ExecutionPolicyJob          bool     `json:"execution_policy_job,omitempty" since:"18.1"`                 // made by a policy. Since 18.1
	PolicyName                  string   `json:"policy_name,omitempty" since:"18.1"`                          // which. Since 18.1
	VariablesOverrideAllowed    *bool    `json:"policy_variables_override_allowed,omitempty" since:"18.1"`    // whether users' variables win; nil if not said. Since 18.1
	VariablesOverrideExceptions []string `json:"policy_variables_override_exceptions,omitempty" since:"18.1"` // names for which it is the other way round. Since 18.1
}

// SuspendOptions say whether the environment is kept afterwards. Since 19.0.
type SuspendOptions struct {
	OnSuccess             bool   `json:"suspend_on_success,omitempty" since:"19.0"`           // keep it when the job passes. Since 19.0
	OnFailure             bool   `json:"suspend_on_failure,omitempty" since:"19.0"`           // keep it when the job fails. Since 19.0
	EnvironmentKey        string `json:"environment_key,omitempty" since:"19.0" until:"19.3"` // what to resume. 19.0 to 19.3
	RuntimeEnvironmentKey string `json:"runtime_environment_key,omitempty" since:"19.4"`      // the same, newer name. Since 19.4
}
