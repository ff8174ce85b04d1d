package decode

import "time"

// Retry is one call of a job that was made more than once, because a try was
// refused, failed, or lost its answer. Asking again after a 202 is no retry.
type Retry struct {
	Endpoint Endpoint `json:"endpoint"` // which call
	Tries    []Try    `json:"tries"`    // all of them in order, two at least; each but the last is why there is another

	failed bool // the last try so far
}

// Try is one exchange of a [Retry].
type Try struct {
	Exchange  uint64    `json:"exchange"`             // which
	RequestID string    `json:"request_id,omitempty"` // the same as of the try before: the runner's client sent it again (since 18.3); another: the runner made the call again
	Status    int       `json:"status"`               // code; 0 if the answer was lost
	At        time.Time `json:"at"`                   // when it was sent, UTC
}

// Retries are the calls that were made more than once, in order of their first
// try. Tries belong together that have the same X-Request-Id, or that follow a
// failure and ask for the same: a patch of the same beginning, a final update,
// an artifact of the same type and format, or a download from the same job.
func (j *Job) Retries() []Retry {
	var all []*Retry
	latest := map[any]*Retry{} // with the last try of a call
	for i := range j.Events {
		e := &j.Events[i]
		var of *Retry
		keys := j.keys(e)
		for _, key := range keys {
			if r := latest[key]; r != nil && (of == nil || r.last().Exchange > of.last().Exchange) {
				of = r
			}
		}
		if of == nil || !of.failed {
			of = &Retry{Endpoint: e.Endpoint}
			all = append(all, of)
		}
		of.Tries = append(of.Tries, Try{Exchange: e.Exchange, RequestID: e.RequestID, Status: e.Status, At: e.At})
		switch j.kind(e) {
		case Refused, Failed, Lost:
			of.failed = true
		default:
			of.failed = false
		}
		for _, key := range keys {
			latest[key] = of
		}
	}
	var retries []Retry
	for _, r := range all {
		if r.failed = false; len(r.Tries) > 1 {
			retries = append(retries, *r)
		}
	}
	return retries
}

func (r *Retry) last() *Try { return &r.Tries[len(r.Tries)-1] }

// keys are what tries of the same call have in common. A request that follows a
// redirect has the X-Request-Id of the one that was redirected, and is another.
func (j *Job) keys(e *Event) []any {
	type (
		sameID struct {
			endpoint Endpoint
			id       string
		}
		samePatch  int64
		sameFinal  struct{}
		sameUpload struct{ kind, format string }
		sameFrom   struct{ producer int64 }
	)
	var keys []any
	if e.RequestID != "" {
		keys = append(keys, sameID{e.Endpoint, e.RequestID})
	}
	if p := at(j.Patches, e.Exchange, Patch.exchange); p != nil {
		keys = append(keys, samePatch(p.Start))
	}
	if u := at(j.Updates, e.Exchange, Update.exchange); u != nil && u.Final() {
		keys = append(keys, sameFinal{})
	}
	if u := at(j.Uploads, e.Exchange, Upload.exchange); u != nil {
		keys = append(keys, sameUpload{u.Type, u.Format})
	}
	if d := at(j.Downloads, e.Exchange, Download.exchange); d != nil {
		keys = append(keys, sameFrom{d.ProducerJobID})
	}
	return keys
}
