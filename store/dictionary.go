package store

import (
	"encoding/binary"

	"runnertape"
)

// A dictionary is a chunk: no longer than one, and encoded as one.
const (
	maxDictionaries  = 64
	maxSampleBytes   = 4 << 10
	maxSamples       = maxChunkBytes / maxSampleBytes
	firstDictionary  = 16 // exchanges to have seen before the first one
	dictionaryGrowth = 4  // how many times as many before the next
)

// kind is what exchanges that look alike have in common.
type kind struct {
	method, endpoint string
	status           int
}

func kindOf(x *runnertape.Exchange) kind {
	k := kind{method: x.Request.Method, status: x.Status()}
	if x.Decoded != nil {
		k.endpoint = x.Decoded.Endpoint
	}
	return k
}

// sampler gathers one record of each kind, and says when they are to become a
// dictionary: when there are kinds that the last one did not have, and always
// later, so that a recording has few of them however long it is.
type sampler struct {
	number  uint32 // of the last dictionary; 0 if there is none
	seen    int    // exchanges that ended
	next    int    // how many are to be seen before the next dictionary
	samples map[kind][]byte
	order   []kind
	fresh   int // samples that the last dictionary did not have
}

func newSampler() *sampler {
	return &sampler{next: firstDictionary, samples: map[kind][]byte{}}
}

// see takes the record of an exchange that ended.
func (s *sampler) see(x *runnertape.Exchange, record []byte) {
	s.seen++
	if s.full() || s.has(x) {
		return
	}
	k := kindOf(x)
	s.samples[k] = append([]byte(nil), record[:min(len(record), maxSampleBytes)]...)
	s.order = append(s.order, k)
	s.fresh++
}

func (s *sampler) full() bool { return len(s.order) == maxSamples }

func (s *sampler) has(x *runnertape.Exchange) bool {
	_, ok := s.samples[kindOf(x)]
	return ok
}

// due is the next dictionary if it is time for one.
func (s *sampler) due() ([]byte, bool) {
	if s.seen < s.next || s.fresh == 0 || s.number == maxDictionaries {
		return nil, false
	}
	var content []byte
	for _, k := range s.order {
		content = append(content, s.samples[k]...)
	}
	s.next = s.seen * dictionaryGrowth
	s.fresh = 0
	s.number++
	return content, true
}

func dictionaryKey(number uint32) []byte {
	return binary.BigEndian.AppendUint32(nil, number)
}

// renew adds a new dictionary to the group and takes it for the records to come, if
// it is time for one.
func (w *Writer) renew(g *group) error {
	content, ok := w.sampler.due()
	if !ok {
		return nil
	}
	g.dictionary = keyed{dictionaryKey(w.sampler.number), w.compressor.plain.EncodeAll(content, []byte{asZstd})}
	return w.compressor.use(w.sampler.number, content)
}
