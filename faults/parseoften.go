package faults

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
