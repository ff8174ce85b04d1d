package decode

// JobInfo says what is run and for whom.
type JobInfo struct {
	ID                 int64   `json:"id,omitempty" since:"never"`                                            // sent by the server, not read by the runner
	Name               string  `json:"name,omitempty"`                                                        // name of the job in the CI file
	Stage              string  `json:"stage,omitempty"`                                                       // stage it belongs to
	ProjectID          int64   `json:"project_id,omitempty"`                                                  // number of the project
	ProjectName        string  `json:"project_name,omitempty"`                                                // last part of its path
	ProjectFullPath    string  `json:"project_full_path,omitempty" since:"18.5"`                              // whole path with groups. Since 18.5
	TimeInQueueSeconds float64 `json:"time_in_queue_seconds,omitempty" since:"16.4"`                          // from queued to handed out, s. Since 16.4
	ProjectJobsRunning string  `json:"project_jobs_running_on_instance_runners_count,omitempty" since:"16.4"` // "0", "+Inf": a string on the wire. Since 16.4
	QueueSize          int64   `json:"queue_size,omitempty" since:"18.1"`                                     // jobs that waited for this runner. Since 18.1
	QueueDepth         int64   `json:"queue_depth,omitempty" since:"18.1"`                                    // how many of them were looked at. Since 18.1
	PipelineID         int64   `json:"pipeline_id,omitempty" since:"19.0"`                                    // number of the pipeline. Since 19.0
	NamespaceID        int64   `json:"namespace_id,omitempty" since:"18.5"`                                   // group or user of the project. Since 18.5
	RootNamespaceID    int64   `json:"root_namespace_id,omitempty" since:"18.5"`                              // topmost group. Since 18.5
	OrganizationID     int64   `json:"organization_id,omitempty" since:"18.5"`                                // organization. Since 18.5
	InstanceID         string  `json:"instance_id,omitempty" since:"18.5"`                                    // this GitLab. Since 18.5
	InstanceUUID       string  `json:"instance_uuid,omitempty" since:"18.5"`                                  // this GitLab, by UUID. Since 18.5
	UserID             int64   `json:"user_id,omitempty" since:"18.5"`                                        // who started it. Since 18.5
	ScopedUserID       *int64  `json:"scoped_user_id,omitempty" since:"18.5"`                                 // whom a composite identity acts for; nil if nobody. Since 18.5
}

// GitInfo says where the source is.
type GitInfo struct {
	RepoURL          string   `json:"repo_url,omitempty"`                         // with userinfo "gitlab-ci-token:<job token>"
	Ref              string   `json:"ref,omitempty"`                              // branch or tag
	SHA              string   `json:"sha,omitempty"`                              // commit to check out
	BeforeSHA        string   `json:"before_sha,omitempty"`                       // commit before the push; zeros if none
	RefType          string   `json:"ref_type,omitempty"`                         // "branch" or "tag"
	Refspecs         []string `json:"refspecs,omitempty"`                         // what to fetch
	Depth            int64    `json:"depth,omitempty"`                            // commits to fetch; 0 for all
	RepoObjectFormat string   `json:"repo_object_format,omitempty" since:"16.11"` // "sha1" or "sha256". Since 16.11
	Protected        *bool    `json:"protected,omitempty" since:"18.3"`           // whether the ref is protected. Since 18.3
}

// RunnerInfo is what the runner is told of itself.
type RunnerInfo struct {
	TimeoutSeconds   int64  `json:"timeout,omitempty"`                          // of the whole job, s; 0 makes the runner take 7200
	RunnerSessionURL string `json:"runner_session_url,omitempty" since:"never"` // sent by the server, not read by the runner
	UUID             string `json:"uuid,omitempty" since:"19.2"`                // the runner, by UUID. Since 19.2
}
