package drift

import (
	"maps"
	"slices"
	"strconv"

	"runnertape"
	"runnertape/decode"
)

// endpoint is one of them.
type endpoint struct {
	situations map[string]*situation
}

// situation is what is said in one kind of call of an endpoint, see [Schema.situation].
type situation struct {
	seen
	request  *message
	answers  map[int]*message // by status
	statuses tally            // of all exchanges
	settled  tally            // of the last exchange that each job had in it
	byJob    map[string]tally // the same, by the names of jobs
}

// all is how often an endpoint was called.
func (e *endpoint) all() seen {
	sum := tally{}
	for name, at := range e.situations {
		sum[name] = at.seen
	}
	return sum.all()
}

// alike are the statuses that two situations were both answered with, in order.
func alike(a, b *situation) []int {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a.answers)), func(status int) bool { return b.answers[status] == nil })
}

// common are the situations that both have, sorted.
func common(a, b *endpoint) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a.situations)), func(name string) bool { return b.situations[name] == nil })
}

func endpointOf(x *runnertape.Exchange) decode.Endpoint {
	if x.Decoded != nil && x.Decoded.Endpoint != "" {
		return decode.Endpoint(x.Decoded.Endpoint)
	}
	return decode.Classify(x.Request.Method, x.Request.Path()).Endpoint
}

// upstreamStatus is the status of the upstream's answer, 0 if none came from there.
func upstreamStatus(x *runnertape.Exchange) int {
	if x.Response == nil || x.Response.Ours {
		return 0
	}
	return x.Response.Status
}

// noAnswer is the status of an exchange that was not answered.
const noAnswer = "none"

func statusWord(x *runnertape.Exchange) string {
	if status := upstreamStatus(x); status != 0 {
		return strconv.Itoa(status)
	}
	return noAnswer
}
