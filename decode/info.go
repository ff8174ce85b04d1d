package decode

// Info is what a runner says of itself (gitlab-runner common/network.go Info,
// before 18.5 VersionInfo). It is in register, request_job and update_job, and
// since 19.3 in verify.
type Info struct {
	Name         string            `json:"name,omitempty"`                // "gitlab-runner"
	Version      string            `json:"version,omitempty"`             // "17.9.0", "development version"
	Revision     string            `json:"revision,omitempty"`            // commit it was built from
	Platform     string            `json:"platform,omitempty"`            // GOOS
	Architecture string            `json:"architecture,omitempty"`        // GOARCH
	Executor     string            `json:"executor,omitempty"`            // "shell", "docker", …; empty in register
	Shell        string            `json:"shell,omitempty"`               // "bash", "pwsh"; empty in register
	Features     FeaturesInfo      `json:"features,omitzero"`             // what it can do
	Config       ConfigInfo        `json:"config,omitzero" since:"14.0"`  // excerpt of its configuration. Since 14.0
	Labels       map[string]string `json:"labels,omitempty" since:"18.5"` // set by its owner. Since 18.5
}

// ConfigInfo is an excerpt of the runner's configuration. Since 14.0.
type ConfigInfo struct {
	GPUs string `json:"gpus,omitempty" since:"14.0"` // what containers get, docker executor. Since 14.0
}

// FeaturesInfo says what a runner can do. On the wire every flag is present;
// GitLab drops a job that needs one that is missing (runner_unsupported).
type FeaturesInfo struct {
	Variables               bool `json:"variables,omitempty"`                             // of images and services
	Image                   bool `json:"image,omitempty"`                                 // runs jobs in an image
	Services                bool `json:"services,omitempty"`                              // runs services beside the job
	Artifacts               bool `json:"artifacts,omitempty"`                             // moves artifacts
	Cache                   bool `json:"cache,omitempty"`                                 // keeps caches
	FallbackCacheKeys       bool `json:"fallback_cache_keys,omitempty" since:"15.11"`     // tries cache.fallback_keys. Since 15.11
	Shared                  bool `json:"shared,omitempty"`                                // may serve many projects
	UploadMultipleArtifacts bool `json:"upload_multiple_artifacts,omitempty"`             // more than one upload a job
	UploadRawArtifacts      bool `json:"upload_raw_artifacts,omitempty"`                  // uploads without packing
	Session                 bool `json:"session,omitempty"`                               // interactive session
	Terminal                bool `json:"terminal,omitempty"`                              // web terminal
	Refspecs                bool `json:"refspecs,omitempty"`                              // fetches what git_info.refspecs says
	Masking                 bool `json:"masking,omitempty"`                               // hides masked variables
	Proxy                   bool `json:"proxy,omitempty"`                                 // session proxy to services
	RawVariables            bool `json:"raw_variables,omitempty"`                         // variables without expansion
	ArtifactsExclude        bool `json:"artifacts_exclude,omitempty" since:"13.1"`        // leaves out artifacts.exclude. Since 13.1
	MultiBuildSteps         bool `json:"multi_build_steps,omitempty" since:"13.2"`        // runs more than one step: release after script. Since 13.2
	TraceReset              bool `json:"trace_reset,omitempty" since:"13.4"`              // resends after 412. Since 13.4
	TraceChecksum           bool `json:"trace_checksum,omitempty" since:"13.4"`           // sends the trace's CRC-32. Since 13.4
	TraceSize               bool `json:"trace_size,omitempty" since:"13.7"`               // sends the trace's size. Since 13.7
	VaultSecrets            bool `json:"vault_secrets,omitempty" since:"13.4"`            // fetches secrets. Since 13.4
	Cancelable              bool `json:"cancelable,omitempty" since:"13.5"`               // heeds Job-Status. Since 13.5
	ReturnExitCode          bool `json:"return_exit_code,omitempty" since:"13.8"`         // sends the exit code of a script. Since 13.8
	ServiceVariables        bool `json:"service_variables,omitempty" since:"14.8"`        // takes services[].variables. Since 14.8
	ServiceMultipleAliases  bool `json:"service_multiple_aliases,omitempty" since:"15.8"` // takes several names in services[].alias. Since 15.8
	ImageExecutorOpts       bool `json:"image_executor_opts,omitempty" since:"16.6"`      // takes image.executor_opts. Since 16.6
	ServiceExecutorOpts     bool `json:"service_executor_opts,omitempty" since:"16.6"`    // takes services[].executor_opts. Since 16.6
	CancelGracefully        bool `json:"cancel_gracefully,omitempty" since:"16.10"`       // runs after_script when canceling. Since 16.10
	NativeStepsIntegration  bool `json:"native_steps_integration,omitempty" since:"17.6"` // runs `run:` jobs without a step-runner image. Since 17.6
	TwoPhaseJobCommit       bool `json:"two_phase_job_commit,omitempty" since:"18.5"`     // sends state=running at pickup. Since 18.5
	JobInputs               bool `json:"job_inputs,omitempty" since:"18.9"`               // puts job inputs in. Since 18.9
}

// SessionInfo is where GitLab can reach the runner for an interactive session.
type SessionInfo struct {
	URL           string `json:"url,omitempty"`           // of the runner's session server
	Certificate   string `json:"certificate,omitempty"`   // PEM, self-signed
	Authorization string `json:"authorization,omitempty"` // secret GitLab must present
}
