package faults

import (
	"slices"
	"time"

	"runnertape/decode"
)

// condition is something that must hold of a request.
type condition struct {
	of   subject
	op   string  // ">=", ">", "<=", "<", "="
	n    int64   // what it is compared with: bytes, a number, or nanoseconds
	text string  // of state
	odds float64 // of chance, a share of 1
}

// subject is what a condition looks at.
type subject string

const (
	offset  subject = "offset"  // where a patch begins in the trace
	trace   subject = "trace"   // how much of the job's trace is held, before the request
	attempt subject = "attempt" // which request it is, of those that the rule without its conditions is for
	age     subject = "time"    // since the job was handed out; of requests that are of no job, since the replay began
	state   subject = "state"   // what an update says
	chance  subject = "chance"  // luck
)

var subjects = []subject{offset, trace, attempt, age, state, chance}

// states are those that a runner may say.
var states = []string{"pending", "running", "success", "failed"}

// condition reads one condition.
//
//	condition = ( "offset" | "trace" ) OP SIZE | "attempt" OP NUMBER | "time" OP TIME
//	          | "state=" STATE | "chance=" PERCENT
//	OP        = ">=" | ">" | "<=" | "<" | "="
func (p *parser) condition(w word) (c condition, err error) {
	name, op, value := w.cutAt(">=", "<=", ">", "<", "=")
	c = condition{of: subject(name), op: op}
	if !slices.Contains(subjects, c.of) || op == "" {
		return c, w.expected("a condition without blanks, as offset>=4096: " + list(subjects))
	}
	endpoint := p.rule.where.endpoint
	switch c.of {
	case offset, trace:
		if c.of == offset && endpoint != decode.PatchTrace {
			return c, w.wrong("offset is of patch_trace only; trace is how much the server holds")
		}
		c.n, err = value.size()
	case attempt:
		var n int
		n, err = value.count()
		c.n = int64(n)
	case age:
		var d time.Duration
		d, err = value.time()
		c.n = int64(d)
	case state:
		switch {
		case endpoint != decode.UpdateJob:
			return c, w.wrong("state is of update_job only")
		case op != "=" || !slices.Contains(states, value.text):
			return c, w.expected("state=" + list(states))
		}
		c.text = value.text
	case chance:
		if op != "=" {
			return c, w.expected("chance=…")
		}
		c.odds, err = value.percent()
	}
	return c, err
}

// holds tells whether the condition does. luck is from 0 to 1, less than 1.
func (c *condition) holds(call *Call, count int, luck float64) bool {
	var n int64
	switch c.of {
	case state:
		return call.State == c.text
	case chance:
		return luck < c.odds
	case offset:
		n = call.Offset
	case trace:
		n = call.Trace
	case attempt:
		n = int64(count)
	case age:
		n = int64(call.Age)
	}
	switch c.op {
	case ">=":
		return n >= c.n
	case ">":
		return n > c.n
	case "<=":
		return n <= c.n
	case "<":
		return n < c.n
	}
	return n == c.n
}
