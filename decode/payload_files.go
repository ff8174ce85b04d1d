package decode

// Artifact is one upload the job shall make.
type Artifact struct {
	Name      string   `json:"name,omitempty"`                 // of the archive, without suffix
	Untracked bool     `json:"untracked,omitempty"`            // also what git does not track
	Paths     []string `json:"paths,omitempty"`                // what to take, with wildcards
	Exclude   []string `json:"exclude,omitempty" since:"13.1"` // what to leave. Since 13.1
	When      string   `json:"when,omitempty"`                 // "on_success", "on_failure", "always"
	ExpireIn  string   `json:"expire_in,omitempty"`            // "1 day"; passed on in the upload's query
	Type      string   `json:"artifact_type,omitempty"`        // "archive", "junit", …; passed on in the upload's query
	Format    string   `json:"artifact_format,omitempty"`      // "zip", "gzip", "raw"; passed on in the upload's query
}

// JobCache is one set of files kept between jobs, never at GitLab. In object storage
// its requests are [CacheMessage]s.
type JobCache struct {
	Key          string   `json:"key,omitempty"`                         // which set
	Untracked    bool     `json:"untracked,omitempty"`                   // also what git does not track
	Policy       string   `json:"policy,omitempty"`                      // "pull-push", "pull", "push"
	Paths        []string `json:"paths,omitempty"`                       // what to take
	When         string   `json:"when,omitempty" since:"13.5"`           // when to save it. Since 13.5
	FallbackKeys []string `json:"fallback_keys,omitempty" since:"15.11"` // sets to try next. Since 15.11
}

// Credentials are one login.
type Credentials struct {
	Type     string `json:"type,omitempty"`     // "registry"
	URL      string `json:"url,omitempty"`      // host of the registry, or of the dependency proxy
	Username string `json:"username,omitempty"` // "gitlab-ci-token"
	Password string `json:"password,omitempty"` // the job token
}

// Dependency is a job whose artifacts are downloaded first.
type Dependency struct {
	ID            int64         `json:"id"`                      // the job that made them
	Name          string        `json:"name,omitempty"`          // its name
	Token         string        `json:"token,omitempty"`         // job token for the download
	ArtifactsFile ArtifactsFile `json:"artifacts_file,omitzero"` // empty if it made none: then nothing is downloaded
}

// ArtifactsFile is the archive of a [Dependency].
type ArtifactsFile struct {
	Filename string `json:"filename,omitempty"` // "artifacts.zip"
	Size     int64  `json:"size,omitempty"`     // bytes
}
