package decode

import "encoding/json"

// JobPayload is the job as the 201 of jobs/request hands it out
// (gitlab-runner common/spec/spec.go Job, before 18.9 common/network.go
// JobResponse; GitLab lib/api/entities/ci/job_request). "Since" is the first
// runner version that reads a field; without it 12.10 has the field already.
//
// Null is fine for every field. The runner is less patient than [ParseJobPayload]:
// one value of a wrong type and it loses the job.
type JobPayload struct {
	ID             int64             `json:"id"`                                     // the job, in every later path
	Token          string            `json:"token,omitempty"`                        // job token
	AllowGitFetch  bool              `json:"allow_git_fetch,omitempty"`              // default of GIT_STRATEGY: fetch, else clone
	JobInfo        JobInfo           `json:"job_info,omitzero"`                      // what is run, for whom
	GitInfo        GitInfo           `json:"git_info,omitzero"`                      // where the source is
	RunnerInfo     RunnerInfo        `json:"runner_info,omitzero"`                   // what the runner is told of itself
	Inputs         []Input           `json:"inputs,omitempty" since:"18.7"`          // job inputs. Since 18.7
	Variables      []Variable        `json:"variables,omitempty"`                    // in order, a later one wins; keys repeat
	Steps          []Step            `json:"steps,omitempty"`                        // script, after_script, release, …
	Hooks          []Hook            `json:"hooks,omitempty" since:"15.9"`           // scripts around fetching the source. Since 15.9
	Run            json.RawMessage   `json:"run,omitempty" since:"17.1"`             // string that holds a JSON array of steps of the step runner; only of `run:` jobs. 17.1 to 18.8 take any string, later ones lose the job if it is not such an array. Since 17.1
	RunSteps       []RunStep         `json:"run_steps,omitempty" wire:"-"`           // those steps, as far as they were readable; not a field of the wire
	Image          *Image            `json:"image,omitempty"`                        // container the job runs in; nil if none was named
	Services       []Image           `json:"services,omitempty"`                     // containers beside it
	Artifacts      []Artifact        `json:"artifacts,omitempty"`                    // what to upload
	Cache          []JobCache        `json:"cache,omitempty"`                        // what to keep for later jobs
	Credentials    []Credentials     `json:"credentials,omitempty"`                  // of the registry and the dependency proxy
	Dependencies   []Dependency      `json:"dependencies,omitempty"`                 // jobs whose artifacts to download
	Features       GitlabFeatures    `json:"features,omitzero"`                      // what this GitLab can do
	Secrets        map[string]Secret `json:"secrets,omitempty" since:"13.4"`         // variable name to what is fetched for it before the job. Since 13.4
	PolicyOptions  *PolicyOptions    `json:"policy_options,omitempty" since:"18.1"`  // if a security policy made the job. Since 18.1
	SuspendOptions *SuspendOptions   `json:"suspend_options,omitempty" since:"19.0"` // whether to keep the environment afterwards. Since 19.0
	Partial        bool              `json:"partial,omitempty" wire:"-"`             // the JSON breaks off: what stood behind is not here; not a field of the wire
	Faults         []string          `json:"faults,omitempty" wire:"-"`              // what could not be read, see [RequestJobMessage.Lost]; not a field of the wire
}

// ParseJobPayload reads a payload as far as it goes: a field of a wrong type is
// named in Faults and the others are read all the same. The error says that it
// is not a whole JSON object; of one that breaks off the payload has what stands before.
func ParseJobPayload(body []byte) (*JobPayload, error) {
	p, n := new(JobPayload), notes{}
	if err := n.object(body, p); err != nil {
		return nil, err
	}
	p.finish(&n)
	if p.Partial {
		return p, notJSON(body)
	}
	return p, nil
}

// finish adds what is not read from one place of the wire.
func (p *JobPayload) finish(n *notes) {
	p.Partial = n.broke
	p.RunSteps = n.runSteps(p.Run)
	p.Faults = n.faults
}

// Variable is the value of the last variable of that name, "" if there is none.
func (p *JobPayload) Variable(key string) string {
	for i := len(p.Variables) - 1; i >= 0; i-- {
		if p.Variables[i].Key == key {
			return p.Variables[i].Value
		}
	}
	return ""
}
