package live

import "io"

// attempts is how often a reading breaks off, without anything having come between, until
// it is given up.
const attempts = 3

// attempt is one reading, which goes on from another source when its own breaks off.
type attempt struct {
	r      *Reader
	source Source
	stuck  int   // how often it broke off since anything came
	err    error // why there is no other source
}

func (r *Reader) attempt() *attempt { return &attempt{r: r, source: r.current()} }

// again tells whether to go on after err, from another source.
func (a *attempt) again(err error) bool {
	if a.stuck++; !isOver(err) || a.stuck > attempts {
		return false
	}
	source, err := a.r.instead(a.source)
	if err != nil {
		a.err = err
		return false
	}
	a.source = source
	return true
}

// told is err for the caller, who knows the recording by its path.
func (a *attempt) told(err error) error {
	_, recording := a.source.(*remote)
	switch {
	case err == nil, err == io.EOF:
		return err
	case a.err != nil:
		return a.err
	case recording: // the file says itself which it is
		return a.r.fault(err)
	}
	return err
}
