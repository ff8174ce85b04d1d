package decode

import (
	"slices"

	"runnertape"
)

// byToken is the job with that token.
func (k *memory) byToken(token string) int64 {
	if token == "" {
		return 0
	}
	return k.tokens[token]
}

// byProject is the job with that repository if just one is running: a guess,
// but requests without credentials tell no more.
func (k *memory) byProject(project string) int64 {
	var found int64
	for _, job := range k.order {
		if job.ended.IsZero() && job.project == project && k.jobs[job.id] == job {
			if found != 0 {
				return 0
			}
			found = job.id
		}
	}
	return found
}

// consumer is the job that downloads with that token what the producer made.
// Of several that may it is the newest still running, since a token may be the
// producer's own and then the same for all of them.
func (k *memory) consumer(producer int64, token string) int64 {
	may := k.wanted[want{producer, token}]
	for _, id := range slices.Backward(may) {
		if job := k.jobs[id]; job != nil && job.ended.IsZero() {
			return id
		}
	}
	if len(may) > 0 {
		return may[len(may)-1]
	}
	return k.byToken(token) // a job that was handed out without naming it
}

func (k *memory) runner(job int64) runnertape.Runner {
	if known := k.jobs[job]; known != nil {
		return known.runner
	}
	return runnertape.Runner{}
}
