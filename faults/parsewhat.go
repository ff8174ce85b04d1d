package faults

import (
	"strconv"
	"strings"

	"runnertape/decode"
)

// what reads what stands behind the colon.
//
//	what = ( STATUS | "answer" | "drop" | "reset" | "hang" | "delay" TIME | "slow" RATE
//	       | ( "cancel" | "canceling" | "canceled" | "failed" ) "at" ( TIME | SIZE | "pickup" ) ) { more }
//	more = "taken" | "early" | "forget" | "after" SIZE [ "of" ( "request" | "answer" ) ] | setting | often
func (p *parser) what() error {
	r := p.rule
	first := p.next()
	var err error
	switch first.text {
	case "answer", "drop", "reset", "hang":
		r.what.Kind = Kind(first.text)
	case "delay":
		r.what.Kind = Delay
		r.what.Delay, err = p.next().time()
	case "slow":
		r.what.Kind = Slow
		r.what.Rate, err = p.next().rate()
	case "cancel", "canceling", "canceled", "failed":
		return p.stop(first)
	default:
		err = p.status(first)
	}
	if err != nil {
		return err
	}
	for p.peek() != "" {
		w := p.next()
		if taken, err := p.more(w); err != nil {
			return err
		} else if taken {
			continue
		}
		if taken, err := p.often(w); err != nil {
			return err
		} else if taken {
			continue
		}
		if err := p.setting(w); err != nil {
			return err
		}
	}
	return p.whole(first)
}

// status reads the status of another answer.
func (p *parser) status(w word) error {
	n, err := strconv.Atoi(w.text)
	if err != nil {
		return w.expected("what happens: a status, answer, drop, reset, hang, delay, slow, cancel, canceling, canceled or failed")
	}
	if n < 200 || n > 599 || len(w.text) != 3 {
		return w.expected(aCode)
	}
	p.rule.what.Kind, p.rule.what.Code = Status, n
	return nil
}

// more reads a word that says more about the fault; taken tells whether it was one.
func (p *parser) more(w word) (taken bool, err error) {
	what := &p.rule.what
	var flag *bool
	of := []Kind{Status}
	switch w.text {
	case "taken":
		flag, of = &what.Taken, []Kind{Status, Drop, Reset, Hang, Delay}
	case "early":
		flag = &what.Early
	case "forget":
		flag = &what.Forget
	case "after":
		return true, p.after(w)
	default:
		return false, nil
	}
	if err := p.of(w, of...); err != nil {
		return true, err
	}
	if *flag {
		return true, w.wrong("%s is there already", w.text)
	}
	*flag = true
	return true, nil
}

// of fails unless the fault is one of some kinds.
func (p *parser) of(w word, kinds ...Kind) error {
	for _, k := range kinds {
		if p.rule.what.Kind == k {
			return nil
		}
	}
	name, _, _ := w.cutAt("=")
	return w.wrong("%s does not go with %s, but with %s", name, p.rule.what.Kind, list(kinds))
}

// carries are the endpoints whose answer has the content; of the others the request has it.
var carries = map[decode.Endpoint]bool{
	"": true, decode.RequestJob: true, decode.DownloadArtifacts: true, decode.Git: true, decode.ObjectStorage: true, decode.Unknown: true,
}

// after reads how many bytes pass before.
func (p *parser) after(w word) (err error) {
	what := &p.rule.what
	if err := p.of(w, Drop, Reset); err != nil {
		return err
	}
	if what.After > 0 {
		return w.wrong("after is there already")
	}
	value := p.next()
	if what.After, err = value.size(); err != nil || what.After == 0 {
		return value.expected(aSize)
	}
	what.OfAnswer = carries[p.rule.where.endpoint]
	if p.peek() != "of" {
		return nil
	}
	p.next()
	switch side := p.next(); side.text {
	case "request":
		what.OfAnswer = false
	case "answer":
		what.OfAnswer = true
	default:
		return side.expected("request or answer")
	}
	return nil
}

// often reads how often the fault happens; taken tells whether the word says that.
//
//	often = "once" | "twice" | NUMBER "times" | "for" TIME | "always" | "in" "all"
func (p *parser) often(w word) (taken bool, err error) {
	o := &p.rule.often
	times := 0
	switch w.text {
	case "once":
		times = 1
	case "twice":
		times = 2
	case "always":
		return true, nil
	case "for":
		if o.span > 0 {
			return true, w.wrong("for is there already")
		}
		o.span, err = p.next().time()
		return true, err
	case "in":
		if w := p.next(); w.text != "all" {
			return true, w.expected("all")
		}
		o.inAll = true
		return true, nil
	default:
		if p.peek() != "times" {
			return false, nil
		}
		p.next()
		if times, err = w.count(); err != nil {
			return true, err
		}
	}
	if o.times > 0 {
		return true, w.wrong("how often is there already")
	}
	o.times = times
	return true, nil
}

// stop reads who stops the job when.
func (p *parser) stop(first word) (err error) {
	r := p.rule
	r.what.Kind, r.what.Told = Stop, first.text
	if r.where.endpoint != "" || r.where.path != "" || r.where.when != nil {
		return first.wrong(`it is a job that is stopped: write "job NAME: %s at …", or "*: %s at …" for each`, first.text, first.text)
	}
	if w := p.next(); w.text != "at" {
		return w.expected("at")
	}
	w := p.next()
	if w.text == "pickup" {
		r.what.At.Pickup = true
	} else if r.what.At.Age, err = w.time(); err != nil {
		if r.what.At.Bytes, err = w.size(); err != nil || r.what.At.Bytes == 0 {
			return w.expected("when: a time since the job was handed out, as 10s, a size of its log, as 4KiB, or pickup")
		}
	}
	if w := p.next(); w.text != "" {
		return w.wrong("a job is stopped once, and nothing more is to be said")
	}
	return nil
}

// whole checks what can be judged only at the end of the line.
func (p *parser) whole(first word) error {
	what := &p.rule.what
	switch {
	case what.Early && what.Taken:
		return first.wrong("a request that is answered early has not been taken")
	case what.After > 0 && what.Taken && what.OfAnswer:
		return first.wrong("a request whose answer breaks off has been taken: taken goes without saying")
	case what.After > 0 && what.Taken:
		return first.wrong("a request that breaks off has not been taken")
	case what.Kind == Answer && !what.sets():
		return first.wrong("an answer with nothing changed is no fault: add a setting, as type=text/html")
	case what.Kind == Status && redirects(what.Code) && what.Location == "":
		return first.wrong("a redirect needs location=URL")
	case what.Body != nil && (what.Code == 204 || what.Code == 304):
		return first.wrong("%d has no body", what.Code)
	}
	return nil
}

// sets tells whether anything is set in the answer.
func (w *What) sets() bool {
	return w.JobStatus != "" || w.Range != nil || w.RetryAfter > 0 || w.ResetAfter > 0 || w.Interval > 0 ||
		w.Location != "" || w.Type != "" || w.Body != nil || len(w.Header) > 0
}

// redirects tells whether a status leads elsewhere.
func redirects(code int) bool {
	switch code {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// isToken tells whether a header field may have that name (RFC 9110 §5.6.2).
func isToken(name string) bool {
	return name != "" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
