package replay

import (
	"net/http"
	"sync/atomic"

	"runnertape"
	"runnertape/decode"
)

// refusals are how the upstream answered runners that spoke of themselves, by what they asked and the token they
// showed: who was refused then is refused now, as often as then, and at last as at last.
type refusals map[refusalKey]*verdicts

type refusalKey struct {
	endpoint decode.Endpoint
	token    string // as recorded
}

// verdicts are the answers in recorded order, nil where the runner was not refused.
type verdicts struct {
	answers []*recorded
	next    atomic.Int64 // how many were given
}

// saw takes one answer. What only says "later" is none.
func (r refusals) saw(x *runnertape.Exchange, endpoint decode.Endpoint, token string) {
	status := x.Status()
	if token == "" || !usable(x) || status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		return
	}
	key := refusalKey{endpoint, token}
	v := r[key]
	if v == nil {
		v = &verdicts{}
		r[key] = v
	}
	var a *recorded
	if status >= 400 {
		one := remember(x)
		a = &one
	}
	v.answers = append(v.answers, a)
}

// take is the refusal that is next for a token, nil if there is none.
func (r refusals) take(endpoint decode.Endpoint, token string) *recorded {
	v := r[refusalKey{endpoint, token}]
	if v == nil {
		return nil
	}
	return v.answers[min(v.next.Add(1), int64(len(v.answers)))-1]
}
