package proxy

import (
	"slices"

	"runnertape"
)

// snapshot is a copy of x as it is now, for the Sink to own: it may put
// stand-ins into it while the handler still works with x.
func snapshot(x *runnertape.Exchange) *runnertape.Exchange {
	c := *x
	c.Request.Header = x.Request.Header.Clone()
	c.Request.Trailer = x.Request.Trailer.Clone()
	c.Interim = slices.Clone(x.Interim)
	for i := range c.Interim {
		c.Interim[i].Header = c.Interim[i].Header.Clone()
	}
	if x.Response != nil {
		r := *x.Response
		r.Header = r.Header.Clone()
		r.Trailer = r.Trailer.Clone()
		c.Response = &r
	}
	if x.Failure != nil {
		f := *x.Failure
		c.Failure = &f
	}
	return &c
}
