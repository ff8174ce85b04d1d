package main

import (
	"cmp"
	"io"
	"slices"
	"time"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
	"runnertape/findings"
	"runnertape/live"
)

// jobReader puts jobs together, and looks for what is odd about them.
type jobReader struct {
	builder *decode.Builder
	finder  *findings.Finder
	live    bool      // a recorder is still there
	until   time.Time // when the last exchange began
}

func newJobReader(src recording) *jobReader {
	r := &jobReader{builder: decode.NewBuilder(), finder: newFinder(src)}
	r.live = r.finder.GoesOn
	return r
}

// newFinder is one for that recording.
func newFinder(src recording) *findings.Finder {
	f := findings.New()
	_, f.GoesOn = src.(*live.Reader)
	return f
}

// add takes an exchange in; for the builder it must be one of the wanted jobs.
func (r *jobReader) add(x *runnertape.Exchange, wanted bool) {
	r.until = later(r.until, x.Started)
	m, _ := decode.ParseMessage(x.Decoded) // nil if it is not readable: then only the endpoint counts
	if wanted {
		r.builder.Add(x, m)
	}
	r.finder.Add(x, m)
}

// readJobs are the jobs of a recording, in order of their first exchange. Of those that are over no
// more than a jsonJob is kept. Their logs are not read, so that nothing is found in these.
func readJobs(src recording, all exchanges) ([]*jsonJob, error) {
	r := newJobReader(src)
	var jobs []*jsonJob
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		r.add(x, true)
		for _, j := range r.builder.Ended() {
			jobs = append(jobs, r.summary(j, r.finder.Findings(j, nil), true))
			r.finder.Forget(j)
		}
	}
	for _, j := range r.builder.Jobs() {
		jobs = append(jobs, r.summary(j, r.finder.Findings(j, nil), false))
	}
	slices.SortStableFunc(jobs, func(a, b *jsonJob) int { return cmp.Compare(a.FirstExchange, b.FirstExchange) })
	return jobs, nil
}

// readStories are the jobs of that number, one after another. What bodies hold is read of uploads, or, for everything, of
// all that moves artifacts or speaks with git.
func readStories(src recording, all exchanges, id int64, everything bool) ([]*story, error) {
	r := newJobReader(src)
	var held []jsonHeld
	var open []decode.Event
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		wanted := x.Decoded != nil && x.Decoded.JobID == id
		r.add(x, wanted)
		if wanted && (everything || x.Decoded.Endpoint == string(decode.UploadArtifacts)) {
			bodies, err := contentsOf(src, x)
			if err != nil {
				return nil, err
			}
			for _, c := range bodies {
				held = append(held, jsonHeld{x.ID, c})
			}
		}
		if e, ok := openEvent(x, id); ok {
			open = append(open, e)
		}
	}
	var stories []*story
	for _, j := range r.builder.Jobs() {
		open := func(exchange uint64, from int64) (io.ReadCloser, error) {
			return contents.OfBody(src, exchange, runnertape.RequestSide)(from)
		}
		log, err := decode.ReadLog(j, open, src.Header().Redacted)
		if err != nil {
			return nil, err
		}
		odd := r.finder.Findings(j, log)
		stories = append(stories, &story{
			Job: j, summary: r.summary(j, odd, false), log: log, odd: odd, held: held, turns: j.Turns(), retries: j.Retries(),
		})
	}
	if len(stories) > 0 {
		last := stories[len(stories)-1].Job
		last.Events = append(last.Events, open...)
		slices.SortStableFunc(last.Events, func(a, b decode.Event) int { return cmp.Compare(a.Exchange, b.Exchange) })
	}
	return stories, nil
}

// openEvent is an exchange of that job that has not ended, of which only the request line is known.
func openEvent(x *runnertape.Exchange, id int64) (e decode.Event, ok bool) {
	if x.State != runnertape.InFlight || x.Decoded != nil {
		return e, false
	}
	call := decode.Classify(x.Request.Method, x.Request.Path())
	if call.JobID != id || call.Endpoint == decode.DownloadArtifacts { // its number is of the job that made them
		return e, false
	}
	return decode.Event{Exchange: x.ID, Endpoint: call.Endpoint, At: x.Started, Gist: string(call.Endpoint)}, true
}
