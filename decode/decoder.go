package decode

import (
	"cmp"
	"encoding/json"
	"fmt"
	"sync"

	"runnertape"
)

// Decoder decodes the exchanges of one recording, in the order they ended. It
// remembers which tokens belong to which job, and where artifact redirects led,
// for as long as the job runs and a little longer. It may be used by several
// goroutines at once.
//
// Tokens are compared by value only, so a Decoder works as well on stand-ins as
// on the real ones, provided it sees the same kind always.
type Decoder struct {
	upstreams map[string]bool // hosts of the upstream, as [sameHost] spells them; empty if not known

	mu     sync.Mutex // guards what follows
	memory memory
	polls  polls
}

// NewDecoder returns a Decoder that has seen nothing. The upstreams are base
// URLs; with any given, calls of the runner API to other hosts are [Unknown],
// unless a redirect led there. Without, each host is believed; "" is none.
func NewDecoder(upstreams ...string) *Decoder {
	d := &Decoder{upstreams: make(map[string]bool), memory: newMemory(), polls: polls{}}
	for _, upstream := range upstreams {
		if base, ok := parseBase(upstream); ok {
			d.upstreams[base.host] = true
		}
	}
	return d
}

// Decode says what x means. It never fails: see [Raw]. What it returns is not to be
// changed, since equal exchanges may share it.
//
// The job of an exchange is the number in its path, but of a download it is the
// job that asks, known by the token; git is known by the password in its Basic
// credentials (user gitlab-ci-token, password the job token), or while only one
// running job has that repository by that; storage by the redirect that led
// there, else by the Referer, which Go's client adds when it follows; a cache while
// only one running job can have asked for it.
func (d *Decoder) Decode(x *runnertape.Exchange, b Bodies) (decoded *runnertape.Decoded, m Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	decoded = &runnertape.Decoded{Endpoint: string(Unknown)}
	defer func() { // a fault of ours must not stop the recorder; the tests call decode, which has no such net
		if fault := recover(); fault != nil {
			m = &Raw{Reason: fmt.Sprintf("decoder fault: %v", fault)}
			decoded.Gist = m.Gist()
			decoded.Message, _ = json.Marshal(m)
		}
	}()
	return decoded, d.decode(x, b, decoded)
}

func (d *Decoder) decode(x *runnertape.Exchange, b Bodies, decoded *runnertape.Decoded) Message {
	call := Classify(x.Request.Method, x.Request.Path())
	led, redirected := d.memory.redirect(x)
	call = d.place(x, call, redirected)
	decoded.Endpoint = string(call.Endpoint)
	poll := isPoll(call.Endpoint, x, b)
	if poll {
		if known := d.polls.of(x, b); known != nil {
			m, text := known.retold(x)
			decoded.Runner, decoded.Gist, decoded.Message = known.runner, known.gist, text
			d.memory.learn(x, decoded, m)
			return m
		}
	}
	m := read(call, x, b)
	decoded.JobID = d.jobOf(x, call, m, led)
	decoded.Runner = d.runnerOf(x, decoded.JobID, m)
	d.memory.learn(x, decoded, m)
	decoded.Gist = m.Gist()
	message, err := json.Marshal(m)
	if err != nil { // a raw value of a payload that is no JSON: not possible, it was parsed
		m = &Raw{Reason: "write message: " + err.Error()}
		message, _ = json.Marshal(m)
	}
	decoded.Message = message
	if poll {
		d.polls.keep(x, b, m, decoded)
	}
	return m
}

// place corrects what the request line told by the host it went to.
func (d *Decoder) place(x *runnertape.Exchange, call Call, redirected bool) Call {
	home := len(d.upstreams) == 0 || d.upstreams[sameHost(x.Scheme, x.Host)]
	switch call.Endpoint {
	case Git: // clone_url and submodules may name any host
	case Unknown:
		if redirected || d.memory.refersToArtifacts(x) {
			call.Endpoint = ObjectStorage
		} else if IsCache(x.Request.Method, x.Request.Path(), x.Request.Query()) {
			call.Endpoint = Cache
		}
	case UploadArtifacts, DownloadArtifacts: // a 307 may lead to a second front door of GitLab
		if !home && !redirected {
			call.Endpoint = Unknown
		}
	default:
		if !home {
			call.Endpoint = Unknown
		}
	}
	return call
}

// jobOf is the job an exchange belongs to, 0 if not known.
func (d *Decoder) jobOf(x *runnertape.Exchange, call Call, m Message, led int64) int64 {
	token := x.Request.Header.Get("Job-Token")
	switch call.Endpoint {
	case RequestJob:
		if m, ok := m.(*RequestJobMessage); ok && m.Job != nil {
			return max(0, m.Job.ID)
		}
	case UpdateJob, PatchTrace, UploadArtifacts:
		return call.JobID
	case DownloadArtifacts:
		return d.memory.consumer(call.JobID, token)
	case ObjectStorage:
		return cmp.Or(led, d.memory.referred(x, token), d.memory.byToken(token))
	case Cache:
		if m, ok := m.(*CacheMessage); ok {
			return d.memory.byCache(m, x.Started)
		}
	case Git:
		if _, password, ok := basicAuth(x.Request.Header); ok {
			return d.memory.byToken(password)
		}
		return d.memory.byProject(call.Project)
	case Unknown: // job scripts send the token in the same header, or as Basic
		if job := d.memory.byToken(token); job != 0 {
			return job
		}
		if _, password, ok := basicAuth(x.Request.Header); ok {
			return d.memory.byToken(password)
		}
	}
	return 0
}
