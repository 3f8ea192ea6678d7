"""The suppression list as people work with it: finding, adding, removing, importing, exporting, comparing with Amazon's."""
