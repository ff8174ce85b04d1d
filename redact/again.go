package redact

// Redacting twice changes nothing. What was redacted once has stand-ins wherever a secret was known, stood beside a cue or
// looked like one. Looked at again, by one that knows the key alone, it may show what nobody saw at first: a cue that tells of
// more than a stand-in, or of a part of one, a form that has become one, the beginning of a stand-in where a body breaks off. All
// such findings are made of stand-ins, which the key tells, and a value that is stays. What breaks off was guessed at once
// and for all, and is not guessed at anew. So only values change that have nothing of a stand-in, and these were not redacted
// before: by an older version, by one that was killed, or since they are given now.

// Again tells that what comes was redacted already with r's key. It is called before anything comes.
func (r *Redactor) Again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.again = true
}

// stays tells whether a value that is a secret by its place or form is a stand-in or, where everything was redacted
// already, made of some.
func (r *Redactor) stays(value string) bool {
	return r.standIns[value] != nil || r.make.isStandIn(value) || r.again && r.madeOfStandIns(value)
}
