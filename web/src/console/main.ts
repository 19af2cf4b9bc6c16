document.title = 'lastmile';
