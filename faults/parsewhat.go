package faults

import (
	"strconv"

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
	"": true, decode.RequestJob: true, decode.DownloadArtifacts: true, decode.Git: true, decode.ObjectStorage: true, decode.Cache: true, decode.Unknown: true,
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
