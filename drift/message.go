package drift

import (
	"net/url"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/decode"
)

type side = runnertape.Side

const (
	request  = runnertape.RequestSide
	response = runnertape.ResponseSide
)

// message is what one side of an exchange says, in one situation.
type message struct {
	seen
	endpoint decode.Endpoint
	side     side
	headers  names
	query    names
	form     names
	media    tally // media types
	framings tally
	whole    seen  // bodies that were read to their end, or are empty
	body     *node // nil if there was no JSON
	nodes    int   // of body
}

// names are header fields or keys, by what they are compared by.
type names map[string]*named

type named struct {
	seen
	name   string // as it was spelled first
	values tally  // nil if they are not compared
}

func newMessage(e decode.Endpoint, at side) *message {
	return &message{endpoint: e, side: at, headers: names{}, query: names{}, form: names{}, media: tally{}, framings: tally{}}
}

func (m *message) addRequest(s *Schema, x *runnertape.Exchange, body []byte, decoded decode.Message) {
	m.add(x.ID)
	m.addHeader(s, x, x.Request.Header)
	query, _ := url.ParseQuery(x.Request.Query()) // what can be read of it
	m.addKeys(s, x, m.query, query, queryWords)
	if upload, ok := decoded.(*decode.UploadArtifactsMessage); ok && upload.Part != "" {
		m.addKeys(s, x, m.form, url.Values{upload.Part: nil}, nil)
	}
	m.addBody(s, x, x.Request.Header, &x.Request.Body, body)
}

func (m *message) addAnswer(s *Schema, x *runnertape.Exchange, body []byte) {
	m.add(x.ID)
	m.addHeader(s, x, x.Response.Header)
	m.addBody(s, x, x.Response.Header, &x.Response.Body, body)
}

func (m *message) addHeader(s *Schema, x *runnertape.Exchange, h runnertape.Header) {
	said := map[string]bool{} // a field may be repeated
	for _, f := range h {
		key := strings.ToLower(f.Name)
		if ofTheWay[key] || said[key] {
			continue
		}
		said[key] = true
		m.addName(s, x, m.headers, key, f.Name, h.Values(f.Name), headerWords[key])
	}
	if media := mediaType(h); media != "" {
		m.media.add(short(media), x.ID, maxWords)
	}
}

// addKeys adds the keys of a query or form.
func (m *message) addKeys(s *Schema, x *runnertape.Exchange, to names, keys url.Values, compared words) {
	for key, values := range keys {
		m.addName(s, x, to, key, key, values, compared[key])
	}
}

func (m *message) addName(s *Schema, x *runnertape.Exchange, to names, key, name string, values []string, compared bool) {
	key = short(key)
	n := to[key]
	if n == nil {
		if len(to) >= maxNames {
			s.leftOut("names in " + m.where() + " after the first " + strconv.Itoa(maxNames) + " are not compared")
			return
		}
		if !s.room() {
			return
		}
		n = &named{name: short(name)}
		if compared {
			n.values = tally{}
		}
		to[key] = n
	}
	n.seen.add(x.ID)
	if compared {
		for _, value := range values {
			n.values.add(short(value), x.ID, maxWords)
		}
	}
}

// where is a message in words, for what was left out.
func (m *message) where() string { return m.side.String() + "s of " + string(m.endpoint) }
