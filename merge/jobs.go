package merge

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// jobs are those of all recordings, by number.
type jobs map[int64]*knownJob

// knownJob is a job by the token it was given.
type knownJob struct {
	group *group
	part  *part
	token uint64 // hash of it
	other *part  // where a job of that number, and of another recording, has another token; nil if nowhere
}

var seed = maphash.MakeSeed()

// see takes note of what an exchange tells of the token of its job.
func (all jobs) see(g *group, p *part, x *runnertape.Exchange) {
	if x.Decoded == nil || x.Decoded.JobID == 0 {
		return
	}
	token := tokenOf(x)
	if token == "" {
		return
	}
	hash := maphash.String(seed, token)
	id := x.Decoded.JobID
	switch known := all[id]; {
	case known == nil:
		all[id] = &knownJob{group: g, part: p, token: hash}
	case known.group != g && known.token != hash:
		known.other = p
	}
}

// tokenOf is the token of the job that x is of, "" if it does not tell or was not believed.
func tokenOf(x *runnertape.Exchange) string {
	switch decode.Endpoint(x.Decoded.Endpoint) {
	case decode.RequestJob:
		if m, err := decode.ParseMessage(x.Decoded); err == nil {
			if m, ok := m.(*decode.RequestJobMessage); ok && m.Job != nil {
				return m.Job.Token
			}
		}
	case decode.PatchTrace, decode.UploadArtifacts:
		if status := x.Status(); status == 201 || status == 202 {
			return x.Request.Header.Get("Job-Token")
		}
	}
	return ""
}

// maxNamed is how many jobs an error names.
const maxNamed = 5

// contradiction is an error if different jobs have the same number.
func (all jobs) contradiction() error {
	var wrong []string
	var of *knownJob
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if known := all[id]; known.other != nil {
			wrong = append(wrong, fmt.Sprint(id))
			of = known
		}
	}
	if of == nil {
		return nil
	}
	jobs, more := "job "+wrong[0]+" is another one", ""
	if len(wrong) > 1 {
		if len(wrong) > maxNamed {
			more = fmt.Sprintf(" and %d more", len(wrong)-maxNamed)
		}
		jobs = "jobs " + strings.Join(wrong[:min(len(wrong), maxNamed)], ", ") + more + " are others"
	}
	return fmt.Errorf("%s in %s than in %s, by the tokens that were given: numbers of two GitLabs collide; leave them out of one with proxy trim --job, which keeps those it names", jobs, of.other.Name, of.part.Name)
}
