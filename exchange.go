package runnertape

import (
	"encoding/json"
	"strings"
	"time"
)

// Exchange is one HTTP request and what came of it, also when nothing came.
type Exchange struct {
	ID       uint64    `json:"id"`                // order of request start in its recording, from 1
	State    State     `json:"state"`             // whether it has ended
	Way      Way       `json:"way"`               // how the client reached the recorder
	Conn     uint64    `json:"conn,omitempty"`    // number of the client connection in its recorder's run, from 1
	Client   string    `json:"client,omitempty"`  // client's address, host:port
	Scheme   string    `json:"scheme"`            // "http" or "https", as spoken with the upstream
	Host     string    `json:"host"`              // host the request was sent to, with the port unless it is the scheme's own
	Started  time.Time `json:"started"`           // request head read, UTC
	Replied  time.Time `json:"replied,omitzero"`  // response head read from the upstream, UTC; zero if none came
	Ended    time.Time `json:"ended,omitzero"`    // last byte passed on or the break noticed, UTC; zero while in flight
	Request  Request   `json:"request"`           // what the client sent
	Interim  []Interim `json:"interim,omitempty"` // 1xx responses passed on before the final one
	Response *Response `json:"response"`          // what the client was answered; nil if nothing came
	Failure  *Failure  `json:"failure,omitempty"` // what broke the exchange off; nil if it ended well
	Decoded  *Decoded  `json:"decoded,omitempty"` // what it means; nil until decoded
}

// Duration is the time from request head to the end, or 0 while in flight.
func (x *Exchange) Duration() time.Duration {
	if x.Ended.IsZero() {
		return 0
	}
	return x.Ended.Sub(x.Started)
}

// URL is the address the request was for, in absolute form. The target is
// taken as it was on the wire: never unescaped and escaped again. That of a
// CONNECT is the host itself.
func (x *Exchange) URL() string {
	if x.Request.Method == "CONNECT" {
		return x.Scheme + "://" + x.Host
	}
	return x.Scheme + "://" + x.Host + x.Request.Target
}

// Status is the response's status code, or 0 if none came.
func (x *Exchange) Status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

// State says how far an exchange had come when it was written down.
type State string

// The states of an exchange.
const (
	InFlight State = "in_flight" // the request head had arrived; the recorder may have been killed since
	Done     State = "done"      // it ended, well or with a Failure
)

// Way is how a client reached the recorder.
type Way string

// The ways in.
const (
	Reverse Way = "reverse" // origin-form: the client's base URL is the recorder
	Forward Way = "forward" // absolute-form: HTTP_PROXY is the recorder
	Connect Way = "connect" // inside an intercepted CONNECT: HTTPS_PROXY is the recorder
)

// Request is a request as the client sent it.
type Request struct {
	Method  string `json:"method"`            // verbatim
	Target  string `json:"target"`            // path and query as received, in origin form
	Proto   string `json:"proto"`             // "HTTP/1.1"
	Header  Header `json:"header"`            // fields in order of arrival as far as known, Host first
	Body    Body   `json:"body"`              // what followed the head
	Trailer Header `json:"trailer,omitempty"` // fields after a chunked body
}

// Path is Target without its query.
func (r *Request) Path() string {
	path, _ := r.cut()
	return path
}

// Query is the raw query of Target, without the question mark.
func (r *Request) Query() string {
	_, query := r.cut()
	return query
}

func (r *Request) cut() (path, query string) {
	path, query, _ = strings.Cut(r.Target, "?")
	return path, query
}

// Response is a response as the upstream sent it.
type Response struct {
	Status  int    `json:"status"`            // code
	Reason  string `json:"reason,omitempty"`  // text after the code, verbatim
	Proto   string `json:"proto"`             // "HTTP/1.1"
	Header  Header `json:"header"`            // fields as the upstream sent them
	Body    Body   `json:"body"`              // what followed the head
	Trailer Header `json:"trailer,omitempty"` // fields after a chunked body
	Ours    bool   `json:"ours,omitempty"`    // made by the recorder because the upstream could not be reached; never replayed as the upstream's
}

// Interim is a 1xx response that came before the final one.
type Interim struct {
	Status int    `json:"status"` // 100 to 199, never 101
	Header Header `json:"header"` // its fields
}

// Failure says what broke an exchange off.
type Failure struct {
	Side Side   `json:"side"`           // whose connection broke; RequestSide is the client, ResponseSide the upstream
	Text string `json:"text"`           // what was seen, one line, redacted
	Byte int64  `json:"byte,omitempty"` // body bytes that had passed in the direction that broke
}

// Decoded is what package decode made of an exchange when it was recorded.
type Decoded struct {
	Endpoint string          `json:"endpoint"`          // which runner API call it is, in decode's words
	JobID    int64           `json:"job_id,omitempty"`  // job it belongs to; 0 if none or unknown
	Runner   Runner          `json:"runner,omitzero"`   // who asked, as far as known
	Gist     string          `json:"gist,omitempty"`    // the message in a few words
	Message  json.RawMessage `json:"message,omitempty"` // the typed message
}

// Runner is what an exchange tells of the runner behind it. Each field is empty if
// the exchange does not say.
type Runner struct {
	Token    string `json:"token,omitempty"`     // short form of its token, as runners show it in logs
	SystemID string `json:"system_id,omitempty"` // which of the machines that share the token
	Version  string `json:"version,omitempty"`   // version the runner gives of itself
	Executor string `json:"executor,omitempty"`  // "shell", "docker", …
}
