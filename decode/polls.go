package decode

import (
	"encoding/json"

	"runnertape"
)

// polls are requests for a job that there was none for, by their bodies. A runner says
// the same again and again, and is answered the same.
type polls map[string]*poll

// poll is what became of one.
type poll struct {
	message *RequestJobMessage // not to be changed
	text    json.RawMessage    // of message
	gist    string
	runner  runnertape.Runner
}

// Bounds of polls: their number, and the bytes of a body. Over the number all are
// forgotten.
const (
	maxPolls = 256
	maxPoll  = 4 << 10
)

// isPoll tells whether an exchange is what polls are made of.
func isPoll(e Endpoint, x *runnertape.Exchange, b Bodies) bool {
	return e == RequestJob && upstreamStatus(x) == 204 && len(b.Response) == 0 &&
		len(b.Request) > 0 && len(b.Request) <= maxPoll && !x.Request.Header.Has("Content-Encoding")
}

// of is the poll that was decoded before, nil if there is none that was answered alike.
func (k polls) of(x *runnertape.Exchange, b Bodies) *poll {
	known := k[string(b.Request)]
	if known == nil {
		return nil
	}
	lastUpdate, longPolling := pollAnswer(x)
	if known.message.LastUpdate != lastUpdate || known.message.LongPolling != longPolling {
		return nil
	}
	return known
}

func (k polls) keep(b Bodies, m Message, decoded *runnertape.Decoded) {
	if m, ok := m.(*RequestJobMessage); ok && m.Request.Info.Version != "" { // or else the User-Agent tells the version
		if len(k) >= maxPolls {
			clear(k)
		}
		k[string(b.Request)] = &poll{message: m, text: decoded.Message, gist: decoded.Gist, runner: decoded.Runner}
	}
}
