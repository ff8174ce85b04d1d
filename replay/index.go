package replay

import (
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// index is what a replay knows of its recording: for each exchange that may be
// asked for, its number and a few facts. Bodies stay where they are.
type index struct {
	jobs      []*job               // in the order they were handed out
	byID      map[int64][]*job     // more than one only in recordings of several upstreams
	runners   runners              // what runners were told about themselves
	downloads map[int64]*download  // by the job that made the artifacts
	storage   map[string][]*object // by host and path
	repos     map[string]*repo     // by path of the project, without the upstream's prefix
	others    lines                // by method and target, without the upstream's prefix
	tokens    map[string]int64     // job by job token
	prefixes  map[string]bool      // relative URL roots of the upstream, "" not among them
	hosts     map[string]bool      // host:port of all that was recorded
	bases     map[string]bool      // base URLs of the upstream
	exchanges int                  // all, also those that cannot be replayed
	skipped   int                  // jobs handed out whose payload was not kept whole
	git       int                  // git exchanges, to know whether clones were recorded
}

// readIndex reads the recording once.
func readIndex(src Source, log *slog.Logger) (*index, error) {
	ix := &index{
		byID:      map[int64][]*job{},
		downloads: map[int64]*download{},
		storage:   map[string][]*object{},
		repos:     map[string]*repo{},
		others:    newLines(),
		tokens:    map[string]int64{},
		prefixes:  map[string]bool{},
		hosts:     map[string]bool{},
		bases:     map[string]bool{},
	}
	upstream := src.Header().Upstream
	ix.knows(upstream)
	for x, err := range src.Exchanges() {
		if err != nil {
			return nil, fmt.Errorf("read recording: %w", err)
		}
		ix.exchanges++
		if err := ix.add(x, upstream, log); err != nil {
			return nil, err
		}
	}
	ix.link()
	return ix, nil
}

// add takes one exchange.
func (ix *index) add(x *runnertape.Exchange, upstream string, log *slog.Logger) error {
	if x.Decoded == nil {
		if x.State == runnertape.InFlight {
			return nil
		}
		return fmt.Errorf("exchange %d is not decoded", x.ID)
	}
	ix.hosts[hostPort(x.Scheme, x.Host)] = true
	call := decode.Classify(x.Request.Method, x.Request.Path())
	if call.Prefix != "" {
		ix.prefixes[call.Prefix] = true
	}
	endpoint := decode.Endpoint(x.Decoded.Endpoint)
	var message decode.Message
	switch endpoint {
	case decode.Git, decode.ObjectStorage, decode.Unknown, decode.RouterDiscovery:
	default:
		var err error
		if message, err = decode.ParseMessage(x.Decoded); err != nil {
			log.Warn("exchange cannot be replayed", "exchange", x.ID, "err", err)
			message = &decode.Raw{Reason: err.Error()}
		}
	}
	switch m := message.(type) {
	case *decode.RequestJobMessage:
		ix.addJob(x, call, m, upstream, log)
	case *decode.UpdateJobMessage:
		if j := ix.last(x.Decoded.JobID, call.JobID); j != nil {
			j.sawUpdate(x, m)
		}
	case *decode.PatchTraceMessage:
		if j := ix.last(x.Decoded.JobID, call.JobID); j != nil {
			j.sawPatch(x, m)
		}
	case *decode.UploadArtifactsMessage:
		if j := ix.last(x.Decoded.JobID, call.JobID); j != nil {
			j.sawUpload(x, m)
		}
	case *decode.DownloadArtifactsMessage:
		ix.addDownload(x, m.ProducerJobID)
	case *decode.RegisterRunnerMessage:
		ix.runners.sawRegister(m)
	case *decode.VerifyRunnerMessage:
		ix.runners.sawVerify(m)
	case *decode.ResetTokenMessage:
		ix.runners.sawReset(m)
	case *decode.Raw:
		if endpoint == decode.RequestJob && x.Status() == 201 {
			ix.skip(x, log)
		}
	case nil:
		switch {
		case !usable(x):
		case endpoint == decode.Git:
			ix.addGit(x, call)
		case endpoint == decode.ObjectStorage:
			ix.addObject(x)
		case endpoint == decode.Unknown:
			ix.addOther(x, call)
		}
	}
	return nil
}

// job is the job that plays id now: of several with that id the one handed out
// last, or the first if none was.
func (ix *index) job(id int64) *job {
	var now *job
	for _, j := range ix.byID[id] {
		j.mu.Lock()
		waits := j.phase == waiting
		j.mu.Unlock()
		if now == nil || !waits {
			now = j
		}
	}
	return now
}

// last is the job that the recording spoke of last by one of these ids.
func (ix *index) last(ids ...int64) *job {
	for _, id := range ids {
		if jobs := ix.byID[id]; len(jobs) > 0 {
			return jobs[len(jobs)-1]
		}
	}
	return nil
}

// knows adds a base URL of the upstream, and its host.
func (ix *index) knows(base string) {
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		ix.bases[base] = true
		ix.hosts[hostPort(u.Scheme, u.Host)] = true
	}
}

// hostPort is a host with its port, also where that is the scheme's own.
func hostPort(scheme, host string) string {
	host = strings.ToLower(host)
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "80"
	if scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// Hosts are the names, host:port, under which the recording's upstream and
// whatever stood beside it were reached. A runner that goes through us to one
// of them is to be answered from the recording.
func (r *Replayer) Hosts() []string {
	return slices.Sorted(maps.Keys(r.index.hosts))
}
