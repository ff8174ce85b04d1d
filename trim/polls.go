package trim

import (
	"runnertape"
	"runnertape/decode"
)

// rows are polls of runners that brought nothing, since the last that was answered otherwise.
type rows map[runnerName]*row

// runnerName tells runners apart as far as their polls do: machines may share a token.
type runnerName struct{ token, systemID string }

// row has the last polls of a row, and the last of those that were asked for.
type row struct{ polls, asked []uint64 }

// isIdle tells whether exchanges of a kind are polls that brought nothing.
func isIdle(k *runnertape.Kind) bool {
	return k.Endpoint == string(decode.RequestJob) && k.Status == 204
}

// seePoll takes note of an exchange if it is a poll.
func (c *Choice) seePoll(all rows, x *runnertape.Exchange) {
	if c.rules.Polls == AllPolls && (c.all || c.rules.Exact) || x.Decoded == nil || x.Decoded.Endpoint != string(decode.RequestJob) {
		return
	}
	who := runnerName{x.Decoded.Runner.Token, x.Decoded.Runner.SystemID}
	r := all[who]
	if r == nil {
		r = &row{}
		all[who] = r
	}
	if x.Status() == 204 {
		r.polls = c.lastOf(r.polls, x.ID)
		if c.all || c.asked.has(x.ID) {
			r.asked = c.lastOf(r.asked, x.ID)
		}
		return
	}
	c.endRow(r, c.jobs[x.Decoded.JobID] != nil)
}

// lastOf is a list with one more, of which as many are left as are kept.
func (c *Choice) lastOf(list []uint64, id uint64) []uint64 {
	list = append(list, id)
	if n := c.rules.Polls; n != AllPolls && len(list) > n {
		list = append(list[:0], list[len(list)-n:]...)
	}
	return list
}

// endRow keeps what is to be kept of a row: what was asked for of it, or what came before a job that is kept.
func (c *Choice) endRow(r *row, wholly bool) {
	if wholly {
		c.polls = append(c.polls, r.polls...)
	} else {
		c.polls = append(c.polls, r.asked...)
	}
	*r = row{polls: r.polls[:0], asked: r.asked[:0]}
}
