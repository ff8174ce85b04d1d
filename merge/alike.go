package merge

import (
	"bytes"
	"encoding/json"

	"runnertape"
)

// isAlike tells whether two exchanges are one that is there twice: all that passed is the same, or as far as one
// of them came that has not ended. What they mean may be said by different versions of the program.
func isAlike(a, b *runnertape.Exchange) bool {
	if !isOneRequest(a, b) {
		return false
	}
	if a.State != runnertape.Done || b.State != runnertape.Done {
		return true
	}
	return bytes.Equal(passed(a), passed(b))
}

// isOneRequest tells whether two exchanges began alike, at the same time, and by the same client.
func isOneRequest(a, b *runnertape.Exchange) bool {
	return a.Started.Equal(b.Started) && a.Client == b.Client && a.Scheme == b.Scheme && a.Host == b.Host &&
		a.Request.Method == b.Request.Method && a.Request.Target == b.Request.Target
}

// passed is all that x says of what passed, with the digests of its bodies.
func passed(x *runnertape.Exchange) []byte {
	c := *x
	c.ID, c.Conn, c.Decoded = 0, 0, nil
	c.Started, c.Replied, c.Ended = c.Started.UTC(), c.Replied.UTC(), c.Ended.UTC()
	c.Request.Header = known(c.Request.Header)
	if x.Response != nil {
		r := *x.Response
		r.Header = known(r.Header)
		c.Response = &r
	}
	text, err := json.Marshal(&c)
	if err != nil { // no field of it can fail
		return nil
	}
	return text
}

// known is h without the difference between no fields and none known.
func known(h runnertape.Header) runnertape.Header {
	if len(h) == 0 {
		return nil
	}
	return h
}
