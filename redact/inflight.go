package redact

import (
	"slices"

	"runnertape"
	"runnertape/decode"
)

// inFlight is an exchange that has not ended.
type inFlight struct {
	x     *runnertape.Exchange // as it was put last
	parts [2]*part             // request, response
}

func newInFlight(x *runnertape.Exchange) *inFlight {
	call := decode.Classify(x.Request.Method, x.Request.Path())
	return &inFlight{parts: [2]*part{
		newPart(call.Endpoint, runnertape.RequestSide),
		newPart(call.Endpoint, runnertape.ResponseSide),
	}}
}

// sides are the two, in the order in which bodies are finished.
var sides = [2]runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide}

func (f *inFlight) part(side runnertape.Side) *part { return f.parts[side-runnertape.RequestSide] }

// headCame looks at the heads there are now.
func (f *inFlight) headCame(x *runnertape.Exchange) {
	f.x = x
	f.parts[0].headCame(x.Request.Header, x.Request.Body)
	if x.Response != nil {
		f.parts[1].headCame(x.Response.Header, x.Response.Body)
	}
}

func (f *inFlight) header(side runnertape.Side) runnertape.Header {
	switch {
	case side == runnertape.RequestSide:
		return f.x.Request.Header
	case f.x.Response != nil:
		return f.x.Response.Header
	}
	return nil
}

// learnExchange learns what the heads of x declare.
func (r *Redactor) learnExchange(x *runnertape.Exchange) {
	r.learnHead(x.Request.Target, x.Request.Header)
	r.learnHead("", x.Request.Trailer)
	for _, interim := range x.Interim {
		r.learnHead("", interim.Header)
	}
	if x.Response != nil {
		r.learnHead("", x.Response.Header)
		r.learnHead("", x.Response.Trailer)
	}
}

// target is the target of a request with stand-ins. The path of a runner API call has
// no secret in it, and must stay that call even if a variable has one of its words.
func (r *Redactor) target(q *runnertape.Request) string {
	switch decode.Classify(q.Method, q.Path()).Endpoint {
	case decode.Unknown, decode.Git:
		return r.String(q.Target)
	}
	path := q.Path()
	return path + r.String(q.Target[len(path):])
}

// exchange is x with stand-ins. It shares nothing with x that is changed, here or
// by who gets it. Without a Redactor it is a copy.
func (r *Redactor) exchange(x *runnertape.Exchange) *runnertape.Exchange {
	out := *x
	if x.Response != nil {
		response := *x.Response
		out.Response = &response
	}
	if r == nil {
		return &out
	}
	out.Request.Target = r.target(&x.Request)
	out.Request.Header = r.Header(x.Request.Header)
	out.Request.Trailer = r.Header(x.Request.Trailer)
	out.Interim = slices.Clone(x.Interim)
	for i := range out.Interim {
		out.Interim[i].Header = r.Header(out.Interim[i].Header)
	}
	if out.Response != nil {
		out.Response.Reason = r.String(out.Response.Reason)
		out.Response.Header = r.Header(out.Response.Header)
		out.Response.Trailer = r.Header(out.Response.Trailer)
	}
	if x.Failure != nil {
		failure := *x.Failure
		failure.Text = r.String(failure.Text)
		out.Failure = &failure
	}
	return &out
}
