"""One good file of each format of flow cytometry."""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable

import flowio

__all__ = ["SAMPLES", "fcs", "flowjo_table", "gatingml", "workspace"]

_EVENTS = 8


def fcs() -> bytes:
    """Eight events of three channels, with a spillover matrix."""
    stream = io.BytesIO()
    # whole numbers, so that no byte of the data is a comma or a full stop
    values = [
        float(256 * (3 * event + place + 1)) for event in range(_EVENTS) for place in range(3)
    ]
    about = {"spillover": "2,B525-A,Y585-A,1,0.1,0.02,1", "cyt": "virtual cytometer"}
    flowio.create_fcs(
        stream,
        array("f", values),
        ["FSC-A", "B525-A", "Y585-A"],
        opt_channel_names=["", "CD16", "CD56"],
        metadata_dict=about,
    )
    return stream.getvalue()


def gatingml() -> bytes:
    """A polygon, a rectangle on a scale, quadrants and a boolean gate."""
    return _GATINGML.encode("utf-8")


def workspace() -> bytes:
    """One sample with a rectangle, a polygon in it, and the rest of it."""
    return _WORKSPACE.encode("utf-8")


def flowjo_table() -> bytes:
    """Six samples with counts, a percentage and a median; then their mean and SD."""
    live = [1012, 2024, 1518, 1771, 1265, 2277]
    nk = [911, 1740, 1366, 1523, 1113, 2049]
    bright = [5210.5, 4980.25, 5105.75, 5050.5, 4890.25, 5333.75]
    heads = "Live | Count,Live/NK | Count,Live/NK | Freq. of Parent,Live/NK | Median (CD16)"
    lines = [f"Sample:,{heads}"]
    for number, (parent, count, median) in enumerate(zip(live, nk, bright, strict=True), 2401):
        lines.append(f"NK-{number}.fcs,{parent},{count},{100 * count / parent:.2f},{median}")
    means = [sum(column) / 6 for column in (live, nk, bright)]
    percent = sum(100 * a / b for a, b in zip(nk, live, strict=True)) / 6
    lines.append(f"Mean,{means[0]:.0f},{means[1]:.0f},{percent:.2f},{means[2]:.1f}")
    lines.append("SD,453,402,1.66,159")
    return ("\n".join(lines) + "\n").encode("utf-8")


_HOME = "http://www.isac-net.org/std/Gating-ML/v2.0"
_GATINGML = f"""<?xml version="1.0" encoding="UTF-8"?>
<gating:Gating-ML xmlns:gating="{_HOME}/gating" xmlns:transforms="{_HOME}/transformations" \
xmlns:data-type="{_HOME}/datatypes">
  <transforms:transformation transforms:id="asinh">
    <transforms:fasinh transforms:T="262144" transforms:M="4.5" transforms:A="0" />
  </transforms:transformation>
  <transforms:spectrumMatrix transforms:id="M">
    <transforms:fluorochromes>
      <data-type:fcs-dimension data-type:name="FITC" />
      <data-type:fcs-dimension data-type:name="PE" />
    </transforms:fluorochromes>
    <transforms:detectors>
      <data-type:fcs-dimension data-type:name="B525-A" />
      <data-type:fcs-dimension data-type:name="Y585-A" />
    </transforms:detectors>
    <transforms:spectrum>
      <transforms:coefficient transforms:value="1" />
      <transforms:coefficient transforms:value="0.1" />
    </transforms:spectrum>
    <transforms:spectrum>
      <transforms:coefficient transforms:value="0.02" />
      <transforms:coefficient transforms:value="1" />
    </transforms:spectrum>
  </transforms:spectrumMatrix>
  <gating:PolygonGate gating:id="cells">
    <gating:dimension gating:compensation-ref="uncompensated">
      <data-type:fcs-dimension data-type:name="FSC-A" />
    </gating:dimension>
    <gating:dimension gating:compensation-ref="FCS">
      <data-type:fcs-dimension data-type:name="B525-A" />
    </gating:dimension>
    <gating:vertex>
      <gating:coordinate data-type:value="0" /><gating:coordinate data-type:value="0" />
    </gating:vertex>
    <gating:vertex>
      <gating:coordinate data-type:value="9000" /><gating:coordinate data-type:value="0" />
    </gating:vertex>
    <gating:vertex>
      <gating:coordinate data-type:value="9000" /><gating:coordinate data-type:value="9000" />
    </gating:vertex>
  </gating:PolygonGate>
  <gating:RectangleGate gating:id="bright" gating:parent_id="cells">
    <gating:dimension gating:compensation-ref="M" gating:transformation-ref="asinh" \
gating:min="0.5">
      <data-type:fcs-dimension data-type:name="PE" />
    </gating:dimension>
  </gating:RectangleGate>
  <gating:EllipsoidGate gating:id="round">
    <gating:dimension gating:compensation-ref="uncompensated">
      <data-type:fcs-dimension data-type:name="FSC-A" />
    </gating:dimension>
    <gating:dimension gating:compensation-ref="uncompensated">
      <data-type:fcs-dimension data-type:name="Y585-A" />
    </gating:dimension>
    <gating:mean>
      <gating:coordinate data-type:value="1000" /><gating:coordinate data-type:value="1500" />
    </gating:mean>
    <gating:covarianceMatrix>
      <gating:row><gating:entry data-type:value="62.5" /><gating:entry data-type:value="37.5" />
      </gating:row>
      <gating:row><gating:entry data-type:value="37.5" /><gating:entry data-type:value="62.5" />
      </gating:row>
    </gating:covarianceMatrix>
    <gating:distanceSquare data-type:value="10000" />
  </gating:EllipsoidGate>
  <gating:QuadrantGate gating:id="quadrants">
    <gating:divider gating:id="d1" gating:compensation-ref="uncompensated">
      <data-type:fcs-dimension data-type:name="FSC-A" />
      <gating:value>3000.5</gating:value>
    </gating:divider>
    <gating:Quadrant gating:id="low">
      <gating:position gating:divider_ref="d1" gating:location="1.5" />
    </gating:Quadrant>
    <gating:Quadrant gating:id="high">
      <gating:position gating:divider_ref="d1" gating:location="4000.5" />
    </gating:Quadrant>
  </gating:QuadrantGate>
  <gating:BooleanGate gating:id="dim">
    <gating:and>
      <gating:gateReference gating:ref="cells" />
      <gating:gateReference gating:ref="bright" gating:use-as-complement="true" />
    </gating:and>
  </gating:BooleanGate>
</gating:Gating-ML>
"""
_WORKSPACE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Workspace version="20.0" flowJoVersion="10.6.1" xmlns:gating="{_HOME}/gating" \
xmlns:transforms="{_HOME}/transformations" xmlns:data-type="{_HOME}/datatypes">
  <SampleList>
    <Sample>
      <DataSet uri="file:/C:/Users/somebody/flow/NK%20one.fcs" sampleID="1" />
      <Transformations>
        <transforms:linear transforms:minRange="0" transforms:maxRange="262144" gain="1">
          <data-type:parameter data-type:name="FSC-A" />
        </transforms:linear>
        <transforms:logicle transforms:length="256" transforms:T="262144" transforms:A="0" \
transforms:W="0.5" transforms:M="4.5">
          <data-type:parameter data-type:name="Comp-B525-A" />
        </transforms:logicle>
        <transforms:biex transforms:length="256" transforms:maxRange="262144">
          <data-type:parameter data-type:name="Comp-Y585-A" />
        </transforms:biex>
      </Transformations>
      <transforms:spilloverMatrix prefix="Comp-" transforms:id="M1">
        <transforms:spillover data-type:parameter="B525-A">
          <transforms:coefficient data-type:parameter="B525-A" transforms:value="1" />
          <transforms:coefficient data-type:parameter="Y585-A" transforms:value="0.1" />
        </transforms:spillover>
        <transforms:spillover data-type:parameter="Y585-A">
          <transforms:coefficient data-type:parameter="B525-A" transforms:value="0.02" />
          <transforms:coefficient data-type:parameter="Y585-A" transforms:value="1" />
        </transforms:spillover>
      </transforms:spilloverMatrix>
      <SampleNode name="NK one.fcs" count="8" sampleID="1">
        <Subpopulations>
          <Population name="cells" count="6">
            <Gate gating:id="ID1">
              <gating:RectangleGate eventsInside="1" gating:id="ID1">
                <gating:dimension gating:min="1000.5" gating:max="5000.5">
                  <data-type:fcs-dimension data-type:name="FSC-A" />
                </gating:dimension>
              </gating:RectangleGate>
            </Gate>
            <Subpopulations>
              <Population name="CD16+" count="-1">
                <Gate gating:id="ID2">
                  <gating:PolygonGate eventsInside="1" gating:id="ID2">
                    <gating:dimension>
                      <data-type:fcs-dimension data-type:name="FSC-A" />
                    </gating:dimension>
                    <gating:dimension>
                      <data-type:fcs-dimension data-type:name="Comp-B525-A" />
                    </gating:dimension>
                    <gating:vertex>
                      <gating:coordinate data-type:value="0" />
                      <gating:coordinate data-type:value="0" />
                    </gating:vertex>
                    <gating:vertex>
                      <gating:coordinate data-type:value="9000" />
                      <gating:coordinate data-type:value="0" />
                    </gating:vertex>
                    <gating:vertex>
                      <gating:coordinate data-type:value="9000" />
                      <gating:coordinate data-type:value="3000.5" />
                    </gating:vertex>
                  </gating:PolygonGate>
                </Gate>
              </Population>
              <Population name="CD56+" count="2">
                <Gate gating:id="ID3">
                  <gating:PolygonGate eventsInside="1" gating:id="ID3">
                    <gating:dimension>
                      <data-type:fcs-dimension data-type:name="FSC-A" />
                    </gating:dimension>
                    <gating:dimension>
                      <data-type:fcs-dimension data-type:name="Comp-Y585-A" />
                    </gating:dimension>
                  </gating:PolygonGate>
                </Gate>
              </Population>
              <NotNode name="rest" count="3">
                <Dependents><Dependent name="cells/CD16+" /></Dependents>
              </NotNode>
            </Subpopulations>
          </Population>
        </Subpopulations>
      </SampleNode>
    </Sample>
  </SampleList>
</Workspace>
"""
SAMPLES: dict[str, Callable[[], bytes]] = {
    "fcs": fcs,
    "gatingml": gatingml,
    "wsp": workspace,
    "flowjo_table": flowjo_table,
}
