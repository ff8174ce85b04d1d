package decode

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// held is a patch answered with a Range.
func held(p Patch, size int64) Patch {
	p.Held = &size
	return p
}

func TestTraceSegments(t *testing.T) {
	tests := []struct {
		name    string
		patches []Patch // Exchange is the number in the list, from 1
		resets  []uint64
		want    []Segment
		gaps    []TraceGap
	}{
		{name: "none"},
		{
			name:    "in order",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 10, Bytes: 5, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 2, Bytes: 5, Offset: 10}},
		},
		{
			name: "refused do not count",
			patches: []Patch{
				{Start: 0, Bytes: 10, Status: 202},
				held(Patch{Start: 20, Bytes: 5, Status: 416}, 10),
				{Start: 10, Bytes: 5, Status: 403},
				{Start: 10, Bytes: 5, Status: 404},
				{Start: 10, Bytes: 5, Status: 500},
			},
			want: []Segment{{Exchange: 1, Bytes: 10}},
		},
		{
			name:    "resent tail once",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 0, Bytes: 10, Status: 202}, {Start: 4, Bytes: 6, Status: 202}, {Start: 10, Bytes: 1, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 4, Bytes: 1, Offset: 10}},
		},
		{
			name:    "canceled, sent again, refused",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202, JobStatus: "canceled"}, held(Patch{Start: 0, Bytes: 12, Status: 416}, 10), {Start: 10, Bytes: 2, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 3, Bytes: 2, Offset: 10}},
		},
		{
			name:    "lost answer, upstream had it",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 10, Bytes: 5}, held(Patch{Start: 10, Bytes: 8, Status: 416}, 15), {Start: 15, Bytes: 3, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 2, Bytes: 5, Offset: 10}, {Exchange: 4, Bytes: 3, Offset: 15}},
		},
		{
			name:    "lost answer, upstream had it not",
			patches: []Patch{{Start: 0, Bytes: 10}, {Start: 0, Bytes: 12, Status: 202}},
			want:    []Segment{{Exchange: 2, Bytes: 12}},
		},
		{
			name:    "answered 200, appended all the same",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 200}, {Start: 10, Bytes: 1, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 2, Bytes: 1, Offset: 10}},
		},
		{
			name:    "cut request brings nothing",
			patches: []Patch{{Start: 0, Bytes: 10, Truncated: true}, {Start: 10, Bytes: 1, Status: 202}},
			want:    []Segment{{Exchange: 2, Bytes: 1, Offset: 10}},
			gaps:    []TraceGap{{Offset: 0, Bytes: 10}},
		},
		{
			name:    "gap at the beginning and at the end",
			patches: []Patch{{Start: 100, Bytes: 10, Status: 202}, held(Patch{Start: 0, Bytes: 5, Status: 416}, 130)},
			want:    []Segment{{Exchange: 1, Bytes: 10, Offset: 100}},
			gaps:    []TraceGap{{Offset: 0, Bytes: 100}, {Offset: 110, Bytes: 20}},
		},
		{
			name:    "all again after 412",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 10, Bytes: 10, Status: 202}, {Start: 0, Bytes: 20, Status: 202}},
			resets:  []uint64{2},
			want:    []Segment{{Exchange: 3, Bytes: 20}},
		},
		{
			name:    "in pieces after 412",
			patches: []Patch{{Start: 0, Bytes: 20, Status: 202}, {Start: 0, Bytes: 8, Status: 202}, {Start: 8, Bytes: 12, Status: 202}},
			resets:  []uint64{1},
			want:    []Segment{{Exchange: 2, Bytes: 8}, {Exchange: 3, Bytes: 12, Offset: 8}},
		},
		{
			name:    "overlap keeps what is there",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 5, Bytes: 10, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 10}, {Exchange: 2, Skip: 5, Bytes: 5, Offset: 10}},
		},
		{
			name:    "upstream went back",
			patches: []Patch{{Start: 0, Bytes: 10, Status: 202}, {Start: 10, Bytes: 10, Status: 202}, {Start: 5, Bytes: 3, Status: 202}},
			want:    []Segment{{Exchange: 1, Bytes: 8}},
		},
		{
			name:    "nonsense",
			patches: []Patch{{Start: -5, Bytes: 10, Status: 202}, {Start: 1<<63 - 2, Bytes: 10, Status: 202}, {Bytes: 0, Status: 202}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := &Job{Patches: tt.patches}
			for i := range j.Patches {
				j.Patches[i].Exchange = uint64(i + 1)
			}
			for _, after := range tt.resets { // an update between two patches
				for i := range j.Patches {
					j.Patches[i].Exchange *= 2
				}
				j.Updates = append(j.Updates, Update{Exchange: after*2 + 1, State: "success", Status: 412})
				for i := range tt.want {
					tt.want[i].Exchange *= 2
				}
			}
			if diff := cmp.Diff(tt.want, j.TraceSegments()); diff != "" {
				t.Errorf("segments (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.gaps, j.TraceGaps()); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
		})
	}
}
