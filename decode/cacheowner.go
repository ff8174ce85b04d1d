package decode

import (
	"slices"
	"strings"
	"time"
)

// byCache is the job that asked for a cache, if only one can have: requests for caches
// have no token, but their path has the project, and maybe the runner. A job that
// another one of its project runs beside is not told from it.
func (k *memory) byCache(m *CacheMessage, began time.Time) int64 {
	var found int64
	for _, job := range k.order {
		if k.jobs[job.id] != job || !job.ran(began) || !job.mayAsk(m) {
			continue
		}
		if found != 0 {
			return 0
		}
		found = job.id
	}
	return found
}

// ran tells whether the job was running then.
func (j *knownJob) ran(then time.Time) bool {
	return !then.Before(j.began) && (j.ended.IsZero() || !then.After(j.ended))
}

// mayAsk tells whether a job may be the one that asks for a cache. How many characters the short
// form of a token has depends on the runner's version (gitlab-runner helpers/shorten_token.go).
func (j *knownJob) mayAsk(m *CacheMessage) bool {
	short := j.runner.Token
	return j.projectID == m.ProjectID && slices.Contains(j.caches, m.Direction) &&
		(m.Runner == "" || short != "" && (strings.HasPrefix(m.Runner, short) || strings.HasPrefix(short, m.Runner)))
}

// directionsOf is what a job with those caches may ask of them. A policy may be a variable.
func directionsOf(caches []JobCache) []CacheDirection {
	var may []CacheDirection
	for _, c := range caches {
		if c.Policy != "push" {
			may = append(may, CacheDownload)
		}
		if c.Policy != "pull" {
			may = append(may, CacheUpload)
		}
	}
	if len(caches) > 0 {
		may = append(may, CacheLook)
	}
	slices.Sort(may)
	return slices.Compact(may)
}
