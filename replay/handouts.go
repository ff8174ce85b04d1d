package replay

import (
	"slices"
	"time"
)

// handouts goes through jobs in the order in which they were handed out then, and
// reads no more of them than it must. Their 201s are in the order in which they
// were asked for: a poll that was held is asked early and answered late.
type handouts struct {
	ix    *index
	look  func(at int32) (*job, error) // reads one; nil if it has no payload
	at    int                          // the offer to be read next
	ahead []*job                       // read and not given yet, in order
	asked time.Time                    // when the last one read was asked for
}

// next is the next job, nil after the last.
func (h *handouts) next() (*job, error) {
	for h.at < len(h.ix.offers) && !h.certain() {
		j, err := h.look(int32(h.at))
		if err != nil {
			return nil, err
		}
		if h.at++; j == nil {
			continue
		}
		i := len(h.ahead)
		for i > 0 && h.ahead[i-1].started.After(j.started) {
			i--
		}
		h.ahead = slices.Insert(h.ahead, i, j)
		h.asked = j.asked
	}
	if len(h.ahead) == 0 {
		return nil, nil
	}
	j := h.ahead[0]
	h.ahead = slices.Delete(h.ahead, 0, 1)
	return j, nil
}

// certain tells whether no job that was not read yet can come before the first
// that was: it was answered after it was asked for, and so after the last one read was.
func (h *handouts) certain() bool {
	return len(h.ahead) > 0 && !h.asked.Before(h.ahead[0].started)
}
