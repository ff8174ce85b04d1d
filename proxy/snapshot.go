package proxy

import "runnertape"

// snapshot is x as it is now, for the Sink to own while the traffic still works with x. Lists of
// fields are never changed once they are there, and are shared.
func snapshot(x *runnertape.Exchange) *runnertape.Exchange {
	c := *x
	if x.Response != nil {
		r := *x.Response
		c.Response = &r
	}
	if x.Failure != nil {
		f := *x.Failure
		c.Failure = &f
	}
	return &c
}
