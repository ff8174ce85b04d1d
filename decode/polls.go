package decode

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"runnertape"
)

// polls are requests for a job that there was none for, by their bodies. A runner says
// the same again and again, and is answered the same.
type polls map[string]*poll

// poll is what became of one.
type poll struct {
	message         *RequestJobMessage // not to be changed
	before, after   []byte             // its text around the two ids, which each poll has anew; all is before if it has none
	gist            string
	runner          runnertape.Runner
	request, answer runnertape.Header
	asked, said     int // where in them the ids are, -1 if there is none
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
		len(b.Request) > 0 && len(b.Request) <= maxPoll && len(x.Request.Trailer)+len(x.Response.Trailer) == 0 &&
		x.Request.Query() == "" && x.Request.Body.Bytes <= int64(len(b.Request))
}

// of is the poll that was decoded before, nil if there is none whose header says the same.
func (k polls) of(x *runnertape.Exchange, b Bodies) *poll {
	known := k[string(b.Request)]
	if known == nil || !alike(known.request, x.Request.Header) || !alike(known.answer, x.Response.Header) {
		return nil
	}
	return known
}

// alike tells whether two headers say the same to decoding. What it does not read, or is
// new in each poll, may differ.
func alike(a, b runnertape.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name {
			return false
		}
		if a[i].Value != b[i].Value {
			if u := knownHeaders.use(a[i].Name); u != useNothing && u != useID {
				return false
			}
		}
	}
	return true
}

// keep remembers a poll.
func (k polls) keep(x *runnertape.Exchange, b Bodies, m Message, decoded *runnertape.Decoded) {
	own, ok := m.(*RequestJobMessage)
	if !ok || own.Request.Info.Version == "" { // or else the User-Agent tells the version
		return
	}
	p := &poll{message: own, before: decoded.Message, gist: decoded.Gist, runner: decoded.Runner}
	if ids := own.appendIDs(nil); len(ids) > 0 {
		at := bytes.LastIndex(decoded.Message, ids) // keys of that name that a runner made up stand before
		if at < 0 {
			return
		}
		p.before, p.after = decoded.Message[:at:at], decoded.Message[at+len(ids):]
	}
	p.request, p.answer = x.Request.Header.Clone(), x.Response.Header.Clone()
	p.asked, p.said = idIn(p.request), idIn(p.answer)
	if len(k) >= maxPolls {
		clear(k)
	}
	k[string(b.Request)] = p
}

// retold is the poll with the ids of another exchange that says the same.
func (p *poll) retold(x *runnertape.Exchange) (*RequestJobMessage, json.RawMessage) {
	if len(p.after) == 0 {
		return p.message, p.before
	}
	m := *p.message
	if p.asked >= 0 {
		m.RequestID = cleanID(x.Request.Header[p.asked].Value)
	}
	if p.said >= 0 {
		m.CorrelationID = cleanID(x.Response.Header[p.said].Value)
	}
	text := make([]byte, 0, len(p.before)+len(p.after)+len(m.RequestID)+len(m.CorrelationID)+len(`,"request_id":"","correlation_id":""`))
	return &m, append(m.appendIDs(append(text, p.before...)), p.after...)
}

// idIn is where in a header the id is that is read, -1 if there is none.
func idIn(h runnertape.Header) int {
	return slices.IndexFunc(h, func(f runnertape.Field) bool { return strings.EqualFold(f.Name, requestID) })
}

// cleanID is what a message has of an id.
func cleanID(id string) string {
	if len(id) <= maxGapText && plainID(id) {
		return id
	}
	return clean(id, maxGapText)
}

// plainID tells whether an id is of letters, digits and dashes, as all that GitLab and its runners make.
func plainID(id string) bool {
	for i := range len(id) {
		if c := id[i]; c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// appendIDs writes the two ids as they stand in the text of a message.
func (c *Common) appendIDs(text []byte) []byte {
	if c.RequestID != "" {
		text = appendID(append(text, `,"request_id":`...), c.RequestID)
	}
	if c.CorrelationID != "" {
		text = appendID(append(text, `,"correlation_id":`...), c.CorrelationID)
	}
	return text
}

// appendID writes a string in JSON.
func appendID(text []byte, id string) []byte {
	if !plainID(id) {
		quoted, _ := json.Marshal(id) // a string can always be written
		return append(text, quoted...)
	}
	return append(append(append(text, '"'), id...), '"')
}
